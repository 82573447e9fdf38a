//! One application of a directory file while it runs: what it did so far, what it looked up, which entry it is at.

use std::collections::HashMap;

use cloakroom_engine::callers::Deed;
use cloakroom_engine::directory::document::EntryError;
use cloakroom_engine::directory::plan::{ApplyReport, StatusChange};
use cloakroom_engine::directory::records::OwnerRecord;
use cloakroom_engine::directory::{MembershipRole, TenantPlace};
use cloakroom_engine::ids::{PartnerNumber, PartnerUid};
use cloakroom_engine::sessions::touches::PendingTouches;

use super::places;
use super::users::{Membership, each_once};
use crate::database::Undone;
use crate::driver::Connection;

/// Why a directory file is not applied.
pub(crate) type ApplyError = Undone<EntryError>;

/// What came of an entry.
pub(super) enum Applied {
    Created,
    Changed,
    Unchanged,
}

impl Applied {
    /// Of what existed already.
    pub(super) const fn existing(changed: bool) -> Self {
        if changed { Self::Changed } else { Self::Unchanged }
    }
}

/// One application of a file: what it did so far, and which entry it is at. What was looked up by name is remembered for the entries
/// that name it again.
pub(super) struct Applying<'p> {
    pub(super) deed: Deed,
    pub(super) touches: &'p PendingTouches,
    pub(super) overwrite: bool,
    pub(super) report: ApplyReport,
    partners: HashMap<String, (PartnerNumber, PartnerUid)>,
    tenants: HashMap<String, TenantPlace>,
    owners: HashMap<String, OwnerRecord>,
    section: &'static str,
    index: usize,
    name: &'p str,
}

impl<'p> Applying<'p> {
    pub(super) fn new(deed: Deed, touches: &'p PendingTouches, overwrite: bool) -> Self {
        let (partners, tenants, owners) = (HashMap::new(), HashMap::new(), HashMap::new());
        Self { deed, touches, overwrite, report: ApplyReport::default(), partners, tenants, owners, section: "", index: 0, name: "" }
    }

    pub(super) fn enter(&mut self, section: &'static str, index: usize, name: &'p str) {
        (self.section, self.index, self.name) = (section, index, name);
    }

    pub(super) fn wrong(&self, problem: impl Into<String>) -> ApplyError {
        ApplyError::Refused(EntryError { section: self.section, index: self.index, name: self.name.to_owned(), problem: problem.into() })
    }

    /// What a judged status means here: the status to write, if any.
    pub(super) fn judged<S>(&mut self, change: StatusChange<S>) -> Result<Option<S>, ApplyError> {
        match change {
            StatusChange::Keep => Ok(None),
            StatusChange::Change(status) => Ok(Some(status)),
            StatusChange::Kept(why) => {
                self.report.warnings.push(format!("{}[{}] {:?}: {why}", self.section, self.index, self.name));
                Ok(None)
            }
            StatusChange::Refused(why) => Err(self.wrong(why)),
        }
    }

    pub(super) const fn count(&mut self, applied: Applied) {
        match applied {
            Applied::Created => self.report.created += 1,
            Applied::Changed => self.report.changed += 1,
            Applied::Unchanged => self.report.unchanged += 1,
        }
    }

    pub(super) async fn partner(&mut self, conn: &mut dyn Connection, code: &str) -> Result<(PartnerNumber, PartnerUid), ApplyError> {
        if let Some(partner) = self.partners.get(code) {
            return Ok(*partner);
        }
        let found = places::partner_called(conn, code).await?;
        let partner = found.ok_or_else(|| self.wrong(format!("there is no partner {code:?}")))?;
        self.partners.insert(code.to_owned(), partner);
        Ok(partner)
    }

    pub(super) async fn tenant(&mut self, conn: &mut dyn Connection, code: &str) -> Result<TenantPlace, ApplyError> {
        if let Some(tenant) = self.tenants.get(code) {
            return Ok(*tenant);
        }
        let found = places::tenant_called(conn, code).await?;
        let tenant = found.ok_or_else(|| self.wrong(format!("there is no tenant {code:?}")))?;
        self.tenants.insert(code.to_owned(), tenant);
        Ok(tenant)
    }

    pub(super) async fn owner(&mut self, conn: &mut dyn Connection, username: &str) -> Result<OwnerRecord, ApplyError> {
        if let Some(owner) = self.owners.get(username) {
            return Ok(*owner);
        }
        let found = places::owner_called(conn, username).await?;
        let owner = found.ok_or_else(|| self.wrong(format!("there is no user {username:?}")))?;
        self.owners.insert(username.to_owned(), owner);
        Ok(owner)
    }

    pub(super) async fn memberships(
        &mut self,
        conn: &mut dyn Connection,
        wanted: &[(String, MembershipRole)],
    ) -> Result<Vec<Membership>, ApplyError> {
        let mut memberships = Vec::with_capacity(wanted.len());
        for (code, role) in wanted {
            memberships.push((self.tenant(conn, code).await?, *role));
        }
        Ok(each_once(memberships))
    }
}
