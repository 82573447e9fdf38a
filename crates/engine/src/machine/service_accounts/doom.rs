//! Ending a service account for good, and all its keys with it.

use super::{NoSuchAccount, ServiceAccount};
use crate::audit::{Action, AuditEntry, RequestOrigin, ResourceKind};
use crate::callers::OrgWriter;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::ServiceAccountUid;
use crate::machine::store::{Change, DoomServiceAccount};

impl Engine {
    /// Dooms a service account of the owner's org. One that was doomed before stays as it was.
    ///
    /// # Errors
    /// When the store cannot be relied on; whether it was done may then be unknown.
    pub async fn doom_service_account(
        &self,
        owner: &OrgWriter,
        account: ServiceAccountUid,
        origin: &RequestOrigin,
    ) -> Result<Result<ServiceAccount, NoSuchAccount>, EngineError> {
        let now = self.now();
        let action = Action::ServiceAccountStatusChanged;
        let audit = AuditEntry::success(now, action, ResourceKind::ServiceAccount, owner.actor(), origin.clone())
            .on(account)
            .within(Some(owner.org()))
            .with("from", "active")
            .with("to", "doomed");
        let doom = DoomServiceAccount { account, change: Change { org: owner.org(), at: now, audit } };
        let doomed = self.store.doom_service_account(owner.basis(now), doom);
        Ok(doomed.await?.ok_or(NoSuchAccount))
    }
}
