//! Validating a session: the hot path. One read, one verdict, one note in memory.

use super::SessionView;
use super::authenticate::{SessionRefusal, TouchKind};
use crate::audit::RequestOrigin;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::secret::SessionSecret;

impl Engine {
    /// Says whether the session of `secret` lives, and moves its expiry where it slides.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on; the session then counts as not valid (P6).
    pub async fn validate_session(
        &self,
        secret: &SessionSecret,
        origin: &RequestOrigin,
    ) -> Result<Result<SessionView, SessionRefusal>, EngineError> {
        match self.live_session(secret, origin).await? {
            Ok((snapshot, now)) => {
                let kind = TouchKind::Validation(snapshot.standing.tenant_policy);
                let session = self.touch(snapshot.session, kind, now).await?;
                Ok(Ok(SessionView { session, end: None }))
            }
            Err(refusal) => Ok(Err(refusal)),
        }
    }
}
