//! Logging out with an access token: its session ends, and with it every token of it.

use crate::audit::RequestOrigin;
use crate::callers::EndUser;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::sessions::authenticate::end_entry;
use crate::sessions::store::EndCause;
use crate::sessions::{End, EndReason};

impl Engine {
    /// Ends the session that the caller showed.
    ///
    /// # Errors
    /// When the store cannot be relied on; whether it ended may then be unknown.
    pub async fn log_out_here(&self, caller: &EndUser, origin: &RequestOrigin) -> Result<(), EngineError> {
        let now = self.now();
        let end = End { at: now, reason: EndReason::Closed, by: Some(caller.user()) };
        let audit = end_entry(now, caller.actor(), caller.shown(), origin);
        self.store.end_session(caller.basis(now).into(), caller.session(), EndCause::Deliberate(end), now, audit).await?;
        Ok(())
    }
}
