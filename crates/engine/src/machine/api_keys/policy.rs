//! How old an org lets its API keys become.

use crate::audit::{Action, RequestOrigin, ResourceKind};
use crate::callers::ApiKeyWriter;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::machine::store::{Change, SetApiKeyPolicy};

/// Days that a key may be allowed to live, at most: a hundred years.
pub const MAX_AGE_DAYS: u32 = 36_500;

impl Engine {
    /// Sets the greatest age in days of the org's keys, from 1 to [`MAX_AGE_DAYS`]; `None` clears it. It holds at once, for the
    /// keys that there are as well.
    ///
    /// # Errors
    /// When the store cannot be relied on; whether it was done may then be unknown.
    pub async fn set_api_key_policy(
        &self,
        admin: &ApiKeyWriter,
        max_age_days: Option<u32>,
        origin: &RequestOrigin,
    ) -> Result<(), EngineError> {
        let now = self.now();
        let days = max_age_days.map_or_else(|| "none".to_owned(), |days| days.to_string());
        let audit = admin
            .entry(now, Action::ApiKeyPolicyChanged, ResourceKind::Tenant, origin)
            .on(admin.org_uid())
            .within(Some(admin.org()))
            .with("max_age_days", days);
        let policy = SetApiKeyPolicy { max_age_days, change: Change { org: admin.org(), at: now, audit } };
        Ok(self.store.set_api_key_policy(admin.basis(now), policy).await?)
    }
}
