//! The directory as rows: who there is, and making it as a file says, all or nothing.

mod applications;
mod emails;
mod organisations;
pub(crate) mod users;

use std::collections::HashMap;

use cloakroom_engine::audit::{Action, Actor, AuditEntry, RequestOrigin, ResourceKind};
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::directory::apply::{ApplyPlan, ApplyReport, StatusChange};
use cloakroom_engine::directory::document::EntryError;
use cloakroom_engine::store::StoreError;

use crate::driver::{Connection, DriverError, query_one};
use crate::{audit, params};

/// Why a directory file is not applied.
#[derive(Debug)]
pub(crate) enum ApplyError {
    Entry(EntryError),
    Store(StoreError),
}

impl From<DriverError> for ApplyError {
    fn from(error: DriverError) -> Self {
        Self::Store(error.into())
    }
}

impl From<StoreError> for ApplyError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// One application of a file: what it did so far, and which entry it is at.
pub(crate) struct Applying<'p> {
    at: Timestamp,
    actor: &'static str,
    overwrite: bool,
    report: ApplyReport,
    partners: HashMap<String, i64>,
    tenants: HashMap<String, i64>,
    users: HashMap<String, i64>,
    section: &'static str,
    index: usize,
    name: &'p str,
}

/// Makes the directory as the plan says. An error undoes all of it.
pub(crate) async fn apply(conn: &mut dyn Connection, plan: &ApplyPlan) -> Result<ApplyReport, ApplyError> {
    let mut applying = Applying {
        at: plan.at,
        actor: plan.actor,
        overwrite: plan.overwrite,
        report: ApplyReport::default(),
        partners: HashMap::new(),
        tenants: HashMap::new(),
        users: HashMap::new(),
        section: "",
        index: 0,
        name: "",
    };
    for partner in &plan.partners {
        applying.enter("partners", partner.index, &partner.entry.code);
        organisations::partner(conn, &mut applying, partner).await?;
    }
    for tenant in &plan.tenants {
        applying.enter("tenants", tenant.index, &tenant.entry.code);
        organisations::tenant(conn, &mut applying, tenant).await?;
    }
    for user in &plan.users {
        applying.enter("users", user.planned.index, &user.planned.entry.username);
        users::user(conn, &mut applying, user).await?;
    }
    for application in &plan.applications {
        applying.enter("applications", application.planned.index, &application.planned.entry.client_id);
        applications::application(conn, &mut applying, application).await?;
    }
    for account in &plan.service_accounts {
        applying.enter("service_accounts", account.index, &account.entry.caption);
        applications::service_account(conn, &mut applying, account).await?;
    }
    Ok(applying.report)
}

impl<'p> Applying<'p> {
    fn enter(&mut self, section: &'static str, index: usize, name: &'p str) {
        (self.section, self.index, self.name) = (section, index, name);
    }

    fn wrong(&self, problem: impl Into<String>) -> ApplyError {
        ApplyError::Entry(EntryError { section: self.section, index: self.index, name: self.name.to_owned(), problem: problem.into() })
    }

    fn warn(&mut self, warning: &str) {
        self.report.warnings.push(format!("{}[{}] {:?}: {warning}", self.section, self.index, self.name));
    }

    fn entry(&self, action: Action, resource: ResourceKind, resource_id: impl std::fmt::Display) -> AuditEntry {
        AuditEntry::success(self.at, action, resource, Actor::System(self.actor), RequestOrigin::default()).on(resource_id)
    }

    /// What a judged status means here: the status to write, if any.
    fn judged<S>(&mut self, change: StatusChange<S>) -> Result<Option<S>, ApplyError> {
        match change {
            StatusChange::Keep => Ok(None),
            StatusChange::Change(status) => Ok(Some(status)),
            StatusChange::Kept(why) => {
                self.warn(&why);
                Ok(None)
            }
            StatusChange::Refused(why) => Err(self.wrong(why)),
        }
    }

    /// Counts an entry that existed already.
    const fn count_existing(&mut self, changed: bool) {
        if changed {
            self.report.changed += 1;
        } else {
            self.report.unchanged += 1;
        }
    }

    async fn partner_number(&mut self, conn: &mut dyn Connection, code: &str) -> Result<i64, ApplyError> {
        let sql = "SELECT number FROM partners WHERE code = $1";
        let number = numbered(conn, &mut self.partners, sql, code).await?;
        number.ok_or_else(|| self.wrong(format!("there is no partner {code:?}")))
    }

    async fn tenant_number(&mut self, conn: &mut dyn Connection, code: &str) -> Result<i64, ApplyError> {
        let sql = "SELECT number FROM tenants WHERE code = $1";
        let number = numbered(conn, &mut self.tenants, sql, code).await?;
        number.ok_or_else(|| self.wrong(format!("there is no tenant {code:?}")))
    }

    async fn user_number(&mut self, conn: &mut dyn Connection, username: &str) -> Result<i64, ApplyError> {
        let sql = "SELECT number FROM users WHERE username = $1";
        let number = numbered(conn, &mut self.users, sql, username).await?;
        number.ok_or_else(|| self.wrong(format!("there is no user {username:?}")))
    }
}

/// The number of what has this name, remembered for the entries that name it again.
async fn numbered(
    conn: &mut dyn Connection,
    known: &mut HashMap<String, i64>,
    sql: &'static str,
    name: &str,
) -> Result<Option<i64>, DriverError> {
    if let Some(number) = known.get(name) {
        return Ok(Some(*number));
    }
    let number = query_one(conn, sql, params![name], |row| row.int(0)).await?;
    if let Some(number) = number {
        known.insert(name.to_owned(), number);
    }
    Ok(number)
}

async fn tell(conn: &mut dyn Connection, entry: AuditEntry) -> Result<(), ApplyError> {
    Ok(audit::append(conn, &entry).await?)
}
