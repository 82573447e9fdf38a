//! Closing one session, by its bearer secret or by its reference.

use super::authenticate::{SessionRefusal, end_entry};
use super::get::{Pointed, SessionPointer};
use super::store::{EndCause, EndOutcome};
use super::{End, EndReason, SessionState, SessionView};
use crate::audit::{Actor, RequestOrigin};
use crate::callers::Authorisation;
use crate::engine::Engine;
use crate::error::EngineError;

impl Engine {
    /// Ends the session; `note` goes to the trail.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on; whether it ended may then be unknown.
    pub async fn close_session(
        &self,
        pointer: &SessionPointer,
        note: Option<String>,
        origin: &RequestOrigin,
    ) -> Result<Result<SessionView, SessionRefusal>, EngineError> {
        let Some(Pointed { snapshot, by_secret }) = self.follow(pointer).await? else {
            return Ok(Err(SessionRefusal::NotFound));
        };
        if by_secret && snapshot.bearer.password_is_due {
            return Ok(Err(SessionRefusal::PasswordDue));
        }
        let mut session = snapshot.session;
        let now = self.now();
        // A reference proves nothing: whoever has a listing has it. A secret is that of the session which the transaction judges.
        let (by, actor, authorisation) = match by_secret {
            true => (Some(session.user), Actor::User(session.user, session.user_uid), Authorisation::Verified),
            false => (None, Actor::Anonymous, Authorisation::Anybody),
        };
        let end = End { at: now, reason: EndReason::Closed, by };
        let mut audit = end_entry(now, actor, &session, origin);
        if let Some(note) = note {
            audit = audit.with("note", note);
        }
        let outcome = self.store.end_session(authorisation, session.number, EndCause::Deliberate(end), now, audit).await?;
        Ok(match outcome {
            EndOutcome::Ended(end) => {
                session.state = SessionState::Ended(end);
                Ok(SessionView { session, end: Some(end) })
            }
            EndOutcome::FoundDead(end) => Err(SessionRefusal::FoundDead(end.reason)),
            EndOutcome::AlreadyEnded(end) => Err(SessionRefusal::Ended(end.reason)),
            EndOutcome::StillLive | EndOutcome::Gone => Err(SessionRefusal::NotFound),
        })
    }
}
