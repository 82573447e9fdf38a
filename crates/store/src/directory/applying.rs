//! One application of a directory file while it runs: what it did so far, what it looked up, which entry it is at.

use std::collections::HashMap;

use cloakroom_engine::audit::{Action, AuditEntry, ResourceKind};
use cloakroom_engine::callers::Deed;
use cloakroom_engine::directory::document::EntryError;
use cloakroom_engine::directory::plan::{ApplyReport, StatusChange};
use cloakroom_engine::sessions::touches::PendingTouches;

use crate::database::Undone;
use crate::driver::{Connection, DriverError, one};
use crate::{audit, params};

/// Why a directory file is not applied.
pub(crate) type ApplyError = Undone<EntryError>;

/// One application of a file: what it did so far, and which entry it is at.
pub(crate) struct Applying<'p> {
    pub(super) deed: Deed,
    pub(super) touches: &'p PendingTouches,
    pub(super) overwrite: bool,
    pub(super) report: ApplyReport,
    pub(super) partners: HashMap<String, i64>,
    pub(super) tenants: HashMap<String, i64>,
    pub(super) users: HashMap<String, i64>,
    pub(super) section: &'static str,
    pub(super) index: usize,
    pub(super) name: &'p str,
}

impl<'p> Applying<'p> {
    pub(super) fn enter(&mut self, section: &'static str, index: usize, name: &'p str) {
        (self.section, self.index, self.name) = (section, index, name);
    }

    pub(super) fn wrong(&self, problem: impl Into<String>) -> ApplyError {
        ApplyError::Refused(EntryError { section: self.section, index: self.index, name: self.name.to_owned(), problem: problem.into() })
    }

    pub(super) fn warn(&mut self, warning: &str) {
        self.report.warnings.push(format!("{}[{}] {:?}: {warning}", self.section, self.index, self.name));
    }

    pub(super) fn entry(&self, action: Action, resource: ResourceKind, resource_id: impl std::fmt::Display) -> AuditEntry {
        self.deed.entry(action, resource, resource_id)
    }

    pub(super) const fn now(&self) -> i64 {
        self.deed.at.as_millis()
    }

    /// What a judged status means here: the status to write, if any.
    pub(super) fn judged<S>(&mut self, change: StatusChange<S>) -> Result<Option<S>, ApplyError> {
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
    pub(super) const fn count_existing(&mut self, changed: bool) {
        if changed {
            self.report.changed += 1;
        } else {
            self.report.unchanged += 1;
        }
    }

    pub(super) async fn partner_number(&mut self, conn: &mut dyn Connection, code: &str) -> Result<i64, ApplyError> {
        let sql = "SELECT number FROM partners WHERE code = $1";
        let number = numbered(conn, &mut self.partners, sql, code).await?;
        number.ok_or_else(|| self.wrong(format!("there is no partner {code:?}")))
    }

    pub(super) async fn tenant_number(&mut self, conn: &mut dyn Connection, code: &str) -> Result<i64, ApplyError> {
        let sql = "SELECT number FROM tenants WHERE code = $1";
        let number = numbered(conn, &mut self.tenants, sql, code).await?;
        number.ok_or_else(|| self.wrong(format!("there is no tenant {code:?}")))
    }

    pub(super) async fn user_number(&mut self, conn: &mut dyn Connection, username: &str) -> Result<i64, ApplyError> {
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
    let number = one(conn, sql, params![name]).await?;
    if let Some(number) = number {
        known.insert(name.to_owned(), number);
    }
    Ok(number)
}

pub(super) async fn tell(conn: &mut dyn Connection, entry: AuditEntry) -> Result<(), ApplyError> {
    Ok(audit::append(conn, &entry).await?)
}
