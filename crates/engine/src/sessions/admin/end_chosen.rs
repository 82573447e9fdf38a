//! Ending sessions that somebody chose, one by one.

use crate::audit::RequestOrigin;
use crate::callers::SessionEnder;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::SessionUid;

/// What became of those that were chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct EndedChoice {
    pub ended: u64,
    /// They were dead already, do not exist or are out of reach.
    pub others: u64,
}

impl Engine {
    /// Ends these live sessions, each in a transaction of its own.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on; those before it ended all the same.
    pub async fn end_chosen_sessions(
        &self,
        ender: &SessionEnder,
        chosen: &[SessionUid],
        origin: &RequestOrigin,
    ) -> Result<EndedChoice, EngineError> {
        let mut told = EndedChoice::default();
        for session in chosen {
            match self.end_session_of(ender, None, *session, origin).await? {
                Ok(()) => told.ended += 1,
                Err(_) => told.others += 1,
            }
        }
        Ok(told)
    }
}
