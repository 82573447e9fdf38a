//! Whose session a credential is.

use super::store::{EndCause, EndOutcome, SessionLookup};
use super::terms::slid_expiry;
use super::touches::Touch;
use super::verdict::{SessionSnapshot, Verdict, verdict};
use super::{Activity, End, EndReason, Session};
use crate::audit::{Action, Actor, AuditEntry, RequestOrigin, ResourceKind};
use crate::callers::{Authorisation, EndUser};
use crate::clock::{Span, Timestamp};
use crate::directory::TenantPolicy;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::secret::SessionSecret;

/// Why a credential does not open anything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SessionRefusal {
    /// No session has it.
    NotFound,
    /// Its session had ended before.
    Ended(EndReason),
    /// Its session was found dead by this very call, which recorded it.
    FoundDead(EndReason),
    /// It lives, and its user has to choose a password before anything else.
    PasswordDue,
}

/// What a request with a credential does to the session's activity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum TouchKind {
    /// Moves the expiry where the session slides, within what its tenant says.
    Validation(TenantPolicy),
    /// Is remembered; moves nothing.
    Activity,
}

impl Engine {
    /// Whose session `secret` is; the request counts as activity.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn authenticate_session(
        &self,
        secret: &SessionSecret,
        origin: &RequestOrigin,
    ) -> Result<Result<EndUser, SessionRefusal>, EngineError> {
        let live = self.live_session(secret, origin).await?;
        match live {
            Ok((SessionSnapshot { session, bearer, .. }, now)) => {
                let session = self.touch(session, TouchKind::Activity, now).await?;
                Ok(Ok(EndUser::new(session, bearer)))
            }
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// The live session behind `secret`, and the moment at which it was found to live.
    pub(super) async fn live_session(
        &self,
        secret: &SessionSecret,
        origin: &RequestOrigin,
    ) -> Result<Result<(SessionSnapshot, Timestamp), SessionRefusal>, EngineError> {
        let found = self.live_or_due_session(secret, origin).await?;
        Ok(found.and_then(|found| if found.0.bearer.password_is_due { Err(SessionRefusal::PasswordDue) } else { Ok(found) }))
    }

    /// As [`Engine::live_session`], of users who have yet to choose a password, too.
    pub(super) async fn live_or_due_session(
        &self,
        secret: &SessionSecret,
        origin: &RequestOrigin,
    ) -> Result<Result<(SessionSnapshot, Timestamp), SessionRefusal>, EngineError> {
        match self.store.live_session(SessionLookup::Secret(secret.hash()), self.now()).await? {
            Some(found) => self.judge_found(found, origin).await,
            None => Ok(Err(SessionRefusal::NotFound)),
        }
    }

    /// Whether a session that was just found lives. If not, its end is recorded.
    pub(super) async fn judge_found(
        &self,
        snapshot: SessionSnapshot,
        origin: &RequestOrigin,
    ) -> Result<Result<(SessionSnapshot, Timestamp), SessionRefusal>, EngineError> {
        let now = self.now();
        match verdict(&snapshot, now)? {
            Verdict::Live => Ok(Ok((snapshot, now))),
            Verdict::Dead(end) if snapshot.session.state.end().is_some() => Ok(Err(SessionRefusal::Ended(end.reason))),
            Verdict::Dead(_) => self.record_found_dead(snapshot, now, origin).await,
        }
    }

    /// Records the end of a session that was found dead. Where another process has extended it meanwhile, it lives after all.
    async fn record_found_dead(
        &self,
        snapshot: SessionSnapshot,
        now: Timestamp,
        origin: &RequestOrigin,
    ) -> Result<Result<(SessionSnapshot, Timestamp), SessionRefusal>, EngineError> {
        let session = &snapshot.session;
        let audit = end_entry(now, Actor::System("validate"), session, origin);
        match self.store.end_session(Authorisation::Server, session.number, EndCause::Found, now, audit).await? {
            EndOutcome::Ended(end) | EndOutcome::FoundDead(end) => Ok(Err(SessionRefusal::FoundDead(end.reason))),
            EndOutcome::AlreadyEnded(End { reason, .. }) => Ok(Err(SessionRefusal::Ended(reason))),
            EndOutcome::StillLive => Ok(Ok((snapshot, now))),
            EndOutcome::Gone => Ok(Err(SessionRefusal::NotFound)),
        }
    }

    /// Moves the session's activity, in memory at once, on disk within the lag; at once there too when the stored life is nearly
    /// over, so that no stored expiry is ever behind a promised one.
    pub(crate) async fn touch(&self, mut session: Session, kind: TouchKind, now: Timestamp) -> Result<Session, EngineError> {
        let before = session.activity;
        let activity = match kind {
            TouchKind::Validation(tenant) => {
                let expires_at = slid_expiry(&self.policy.sessions, &tenant, &session, now);
                Activity { last_validated_at: Some(now), last_active_at: now, expires_at, ..before }
            }
            TouchKind::Activity => Activity { last_active_at: now, ..before },
        }
        .merged(before);
        let stored_expires_at = self.touches.note(&session, activity, now);
        session.activity = activity;
        let twice_the_lag = Span::from_millis(session.touch_lag().as_millis() * 2);
        if activity.expires_at > stored_expires_at && stored_expires_at.since(now) < twice_the_lag {
            let touch = Touch { session: session.number, activity };
            self.store.save_touches(vec![touch]).await?;
            self.touches.saved(&[touch], now);
        }
        Ok(session)
    }
}

/// The trail's line about the end of `session`.
pub(crate) fn end_entry(now: Timestamp, actor: Actor, session: &Session, origin: &RequestOrigin) -> AuditEntry {
    AuditEntry::success(now, Action::SessionEnded, ResourceKind::Session, actor, origin.clone())
        .on(session.uid)
        .within(session.tenant)
        .with("user_id", session.user_uid.to_string())
}
