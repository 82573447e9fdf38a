//! A user's own sessions: seeing all that live, ending one, ending all others.

use super::admin::Revoked;
use super::authenticate::end_entry;
use super::detail::DetailedView;
use super::pages::ListOwnSessions;
use super::scope::SessionScope;
use super::store::{EndCause, EndOutcome, EndSessions, SessionLookup};
use super::{End, EndReason};
use crate::audit::RequestOrigin;
use crate::callers::{EndUser, OutOfReach, SessionsReader};
use crate::cursor::{Binding, Cursor, ListKind, NotOfThisList, PageAsked, Place};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::SessionUid;

/// A page of a user's own live sessions.
#[derive(Clone, Debug)]
pub struct OwnPage {
    /// Newest first, the number as tie-break.
    pub sessions: Vec<DetailedView>,
    /// Where to go on; `None` on the last page.
    pub next: Option<Cursor>,
}

impl Engine {
    /// One page of the live sessions that the caller may see, newest first; the one that asks is on one of the pages.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn own_sessions(&self, caller: &SessionsReader, page: PageAsked) -> Result<Result<OwnPage, NotOfThisList>, EngineError> {
        let under = caller.under();
        let binding = Binding::of(ListKind::OwnSessions).number(caller.user().0).if_number(under.map(|tenant| tenant.0));
        let page = match binding.place(&self.keys, page) {
            Ok(page) => page,
            Err(not) => return Ok(Err(not)),
        };
        let now = self.now();
        let found = self.store.live_sessions_of_user(ListOwnSessions { user: caller.user(), under, page, now }).await?;
        let next = found.sessions.last().filter(|_| found.more).map(|last| Place::of(&last.snapshot.session));
        let sessions = found.sessions.into_iter().map(|session| session.view(now)).collect::<Result<_, _>>()?;
        Ok(Ok(OwnPage { sessions, next: next.map(|place| binding.seal(&self.keys, place)) }))
    }

    /// Ends one session of the caller's, which may be the one that asks.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on; whether it ended may then be unknown.
    pub async fn end_own_session(
        &self,
        caller: &EndUser,
        session: SessionUid,
        origin: &RequestOrigin,
    ) -> Result<Result<Revoked, OutOfReach>, EngineError> {
        let found = self.store.session(SessionLookup::Uid(session)).await?;
        let Some(found) = found.filter(|found| found.session.user == caller.user()) else {
            return Ok(Err(OutOfReach));
        };
        let now = self.now();
        let end = End { at: now, reason: EndReason::Closed, by: Some(caller.user()) };
        let audit = end_entry(now, caller.actor(), &found.session, origin);
        let outcome = self.store.end_session(caller.basis(now).into(), found.session.number, EndCause::Deliberate(end), now, audit).await?;
        Ok(match outcome {
            EndOutcome::Ended(_) => Ok(Revoked { count: 1, sessions: vec![session] }),
            EndOutcome::FoundDead(_) | EndOutcome::AlreadyEnded(_) | EndOutcome::StillLive | EndOutcome::Gone => Err(OutOfReach),
        })
    }

    /// Ends every session of the caller but the one that asks.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on; whether they ended may then be unknown.
    pub async fn end_own_other_sessions(&self, caller: &EndUser, origin: &RequestOrigin) -> Result<Revoked, EngineError> {
        let now = self.now();
        let end = EndSessions {
            user: caller.user(),
            scope: SessionScope::default(),
            only: None,
            except: Some(caller.session()),
            end: End { at: now, reason: EndReason::Revoked, by: Some(caller.user()) },
            audit: end_entry(now, caller.actor(), caller.shown(), origin).with("reach", "other devices"),
        };
        self.end_meant_sessions(caller.basis(now), end).await
    }
}
