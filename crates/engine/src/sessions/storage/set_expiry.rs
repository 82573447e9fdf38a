//! Setting when a session expires: exactly then, be it later or earlier than before, but never past its absolute lifetime.

use super::NoSuchSession;
use crate::audit::{Action, AuditEntry, RequestOrigin, ResourceKind};
use crate::callers::OwnedClient;
use crate::clock::Span;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::StorageId;
use crate::sessions::store::SetExpiry;

impl Engine {
    /// Lets the session expire `ttl_seconds` from now, which must be within [`STORAGE_TTL`](super::STORAGE_TTL), or where its absolute
    /// lifetime ends ([`set_end`](crate::sessions::terms::set_end)). This counts as activity of it. A session that slides goes on to slide from there.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on; whether it was set may then be unknown.
    pub async fn set_stored_session_expiry(
        &self,
        client: &OwnedClient,
        id: &StorageId,
        ttl_seconds: u32,
        origin: &RequestOrigin,
    ) -> Result<Result<(), NoSuchSession>, EngineError> {
        let session = match self.kept_session(client, id).await? {
            Ok(session) => session,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let now = self.now();
        let audit = AuditEntry::success(now, Action::SessionExpirySet, ResourceKind::Session, client.actor(), origin.clone())
            .on(session.uid)
            .within(session.tenant)
            .with("user_id", session.user_uid.to_string())
            .with("ttl_seconds", ttl_seconds.to_string());
        let absolute = self.policy.sessions.bounding(&client.record().tenant_policy).absolute_ttl_seconds;
        let set = SetExpiry {
            session: session.number,
            user: client.owner(),
            ttl: Span::from_seconds(ttl_seconds),
            tenant_absolute: absolute.map(Span::from_seconds),
            now,
            audit,
        };
        Ok(if self.store.set_session_expiry(client.basis(now), set).await? { Ok(()) } else { Err(NoSuchSession) })
    }
}
