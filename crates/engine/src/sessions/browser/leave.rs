//! Signing out: the session of the cookie ends, everywhere.

use crate::audit::RequestOrigin;
use crate::callers::EndUser;
use crate::engine::Engine;
use crate::error::{EngineError, StoreError};
use crate::secret::SessionSecret;

impl Engine {
    /// Ends the session of `secret`. One that is dead stays dead: whoever signs out twice is signed out.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on; whether it ended may then be unknown.
    pub async fn leave_browser(&self, secret: &SessionSecret, origin: &RequestOrigin) -> Result<(), EngineError> {
        let Ok((found, _)) = self.live_or_due_session(secret, origin).await? else { return Ok(()) };
        self.leave_session(&EndUser::new(found.session, found.bearer), origin).await
    }

    pub(super) async fn leave_session(&self, caller: &EndUser, origin: &RequestOrigin) -> Result<(), EngineError> {
        match self.log_out_here(caller, origin).await {
            // It ended meanwhile.
            Err(EngineError::Store(StoreError::Lapsed(_))) => Ok(()),
            left => left,
        }
    }
}
