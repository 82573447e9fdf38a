//! Ending sessions of others: one, those of a user that are chosen, all of a user.

use super::Revoked;
use crate::audit::{Action, Actor, AuditEntry, RequestOrigin, ResourceKind};
use crate::callers::{Basis, OutOfReach, SessionAdmin, SessionEnder};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::{SessionUid, TenantUid, UserUid};
use crate::sessions::authenticate::end_entry;
use crate::sessions::scope::NamedScope;
use crate::sessions::store::{EndCause, EndOutcome, EndSessions};
use crate::sessions::{End, EndReason, Session};

/// Which sessions of a user are to end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionChoice {
    /// `None`: all.
    pub only: Option<Vec<SessionUid>>,
    /// Whether the session that asks stays, should it be among them.
    pub except_current: bool,
}

impl Engine {
    /// Ends one live session.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on; whether it ended may then be unknown.
    pub async fn end_session_of(
        &self,
        ender: &SessionEnder,
        within: Option<TenantUid>,
        session: SessionUid,
        origin: &RequestOrigin,
    ) -> Result<Result<(), OutOfReach>, EngineError> {
        let admin = ender.admin();
        match self.reachable_session(admin, within, session).await? {
            Ok(found) => {
                let end = self.revocation(admin);
                self.revoke_found(admin.basis(end.at), (end, admin.actor()), &found.snapshot.session, origin).await
            }
            Err(out) => Ok(Err(out)),
        }
    }

    /// Ends a session of somebody else's that the actor was found to reach.
    pub(in crate::sessions) async fn revoke_found(
        &self,
        by: Basis,
        (end, actor): (End, Actor),
        session: &Session,
        origin: &RequestOrigin,
    ) -> Result<Result<(), OutOfReach>, EngineError> {
        let audit = end_entry(end.at, actor, session, origin);
        let outcome = self.store.end_session(by.into(), session.number, EndCause::Deliberate(end), end.at, audit).await?;
        Ok(match outcome {
            EndOutcome::Ended(_) => Ok(()),
            EndOutcome::FoundDead(_) | EndOutcome::AlreadyEnded(_) | EndOutcome::StillLive | EndOutcome::Gone => Err(OutOfReach),
        })
    }

    /// Ends sessions of a user, those of one tenant where one is named. What is chosen and not there is skipped.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on; whether they ended may then be unknown.
    pub async fn end_sessions_of_user_as(
        &self,
        ender: &SessionEnder,
        (user, within): (UserUid, Option<TenantUid>),
        choice: SessionChoice,
        origin: &RequestOrigin,
    ) -> Result<Result<Revoked, OutOfReach>, EngineError> {
        let admin = ender.admin();
        let named = NamedScope { tenant: within, partner: None, user: Some(user) };
        let scope = match self.scope(admin, &named).await? {
            Ok(scope) => scope,
            Err(out) => return Ok(Err(out)),
        };
        let Some(number) = scope.user else {
            return Ok(Err(OutOfReach));
        };
        let end = self.revocation(admin);
        let audit = AuditEntry::success(end.at, Action::SessionEnded, ResourceKind::Session, admin.actor(), origin.clone())
            .with("user_id", user.to_string());
        let except = admin.session().filter(|_| choice.except_current);
        let ending = EndSessions { user: number, scope, only: choice.only, except, end, audit };
        self.end_meant_sessions(admin.basis(end.at), ending).await.map(Ok)
    }

    pub(super) fn revocation(&self, admin: &SessionAdmin) -> End {
        End { at: self.now(), reason: EndReason::Revoked, by: admin.user() }
    }

    pub(in crate::sessions) async fn end_meant_sessions(&self, by: Basis, end: EndSessions) -> Result<Revoked, EngineError> {
        let ended = self.store.end_sessions(by, end).await?;
        Ok(Revoked { count: ended.len() as u64, sessions: ended.into_iter().map(|session| session.uid).collect() })
    }
}
