//! Revoking every API key of a service account or of an org at once, by moving the epoch that they were born under.

use crate::audit::{Action, RequestOrigin, ResourceKind};
use crate::callers::ApiKeyWriter;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::ServiceAccountUid;
use crate::machine::service_accounts::NoSuchAccount;
use crate::machine::store::{Change, RevokeApiKeys};

impl Engine {
    /// Revokes every key that a service account of the caller's org has now (`None`: every key of the org). One row is written,
    /// whatever their number. Returns the time that is shown for it; what decides is the epoch, so that a key made afterwards
    /// lives even where the clock has not moved.
    ///
    /// # Errors
    /// When the store cannot be relied on; whether it was done may then be unknown.
    pub async fn revoke_api_keys(
        &self,
        admin: &ApiKeyWriter,
        account: Option<ServiceAccountUid>,
        origin: &RequestOrigin,
    ) -> Result<Result<Timestamp, NoSuchAccount>, EngineError> {
        let now = self.now();
        let entry = |resource| admin.entry(now, Action::ApiKeysRevoked, resource, origin);
        let audit = match account {
            Some(account) => entry(ResourceKind::ServiceAccount).on(account),
            None => entry(ResourceKind::Tenant).on(admin.org_uid()),
        };
        let change = Change { org: admin.org(), at: now, audit: audit.within(Some(admin.org())) };
        Ok(self.store.revoke_api_keys(admin.basis(now), RevokeApiKeys { account, change }).await?.ok_or(NoSuchAccount))
    }
}
