//! Ending one session of the owner's.

use super::NoSuchSession;
use crate::audit::RequestOrigin;
use crate::callers::OwnedClient;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::StorageId;
use crate::sessions::authenticate::end_entry;
use crate::sessions::store::{EndCause, EndOutcome};
use crate::sessions::{End, EndReason};

impl Engine {
    /// Ends the session, and every token of it.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on; whether it ended may then be unknown.
    pub async fn end_stored_session(
        &self,
        client: &OwnedClient,
        id: &StorageId,
        origin: &RequestOrigin,
    ) -> Result<Result<(), NoSuchSession>, EngineError> {
        let session = match self.kept_session(client, id).await? {
            Ok(session) => session,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let now = self.now();
        let end = End { at: now, reason: EndReason::Closed, by: Some(client.owner()) };
        let audit = end_entry(now, client.actor(), &session, origin);
        Ok(match self.store.end_session(client.basis(now).into(), session.number, EndCause::Deliberate(end), now, audit).await? {
            EndOutcome::Ended(_) => Ok(()),
            EndOutcome::FoundDead(_) | EndOutcome::AlreadyEnded(_) | EndOutcome::StillLive | EndOutcome::Gone => Err(NoSuchSession),
        })
    }
}
