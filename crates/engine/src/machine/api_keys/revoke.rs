//! Revoking one API key.

use crate::audit::{Action, RequestOrigin, ResourceKind};
use crate::callers::ApiKeyWriter;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::ApiKeyUid;
use crate::machine::store::{Change, RevokeApiKey};
use crate::machine::verdict::{ApiKeyView, view};

/// The org has no such key, whether or not another one has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NoSuchApiKey;

impl Engine {
    /// Revokes a key of the caller's org; `note` goes to the trail. One that was revoked before stays as it was; one that is dead
    /// otherwise is revoked too, so that no change of policy brings it back.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on; whether it was done may then be unknown.
    pub async fn revoke_api_key(
        &self,
        admin: &ApiKeyWriter,
        api_key: ApiKeyUid,
        note: Option<String>,
        origin: &RequestOrigin,
    ) -> Result<Result<ApiKeyView, NoSuchApiKey>, EngineError> {
        let now = self.now();
        let mut audit = admin.entry(now, Action::ApiKeyRevoked, ResourceKind::ApiKey, origin).on(api_key).within(Some(admin.org()));
        if let Some(note) = note {
            audit = audit.with("note", note);
        }
        let revoke = RevokeApiKey { api_key, change: Change { org: admin.org(), at: now, audit } };
        let Some(mut snapshot) = self.store.revoke_api_key(admin.basis(now), revoke).await? else {
            return Ok(Err(NoSuchApiKey));
        };
        snapshot.api_key.last_used_at = self.key_uses.merged(snapshot.api_key.number, snapshot.api_key.last_used_at);
        Ok(Ok(view(snapshot, now)?))
    }
}
