//! The one rule that says whether a session lives: a pure function over what one store read returned.

use super::{End, EndReason, Session, SessionState, SessionView};
use crate::clock::{Span, Timestamp};
use crate::directory::{EmailStatus, PlatformRole, TenantPlace, TenantPolicy, TenantStatus, UserStatus};
use crate::error::Doubt;

/// How far a session's creation may lie ahead of the clock before the clock is not trusted (P6).
pub const CLOCK_TOLERANCE: Span = Span::from_seconds(300);

/// A session and everything above it that can make it dead, as one store read returned them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionSnapshot {
    pub session: Session,
    pub standing: Standing,
    pub bearer: Bearer,
}

/// What the user of a session may do now, whatever a token says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bearer {
    pub role: PlatformRole,
    pub is_operator: bool,
    /// The user's home tenant.
    pub tenant: Option<TenantPlace>,
    /// Whether the password was handed out to be used once. Until the user has set another, the session may do nothing else.
    pub password_is_due: bool,
}

/// What a session depends on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    pub user: Since<UserStatus>,
    /// The address that the session was opened with, where there was one.
    pub email: Option<Since<EmailStatus>>,
    pub tenant: Option<Since<TenantStatus>>,
    /// What that tenant says of its sessions now.
    pub tenant_policy: TenantPolicy,
    /// Which of the epochs that the session carries (tenant, partner, application, the server's own) have moved since it was born.
    pub moved_epochs: Vec<EpochStanding>,
}

/// A status and when it was reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Since<S> {
    pub status: S,
    pub since: Timestamp,
}

/// One epoch that a session was born under, and where that epoch is now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EpochStanding {
    pub born: i64,
    pub current: i64,
    /// The move that ended what was born at `born`.
    pub moved: Option<End>,
}

/// Whether a session lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    Live,
    Dead(End),
}

/// Says whether the session of `snapshot` lives at `now`.
///
/// A recorded end stands. Otherwise the earliest cause of death is the end, however late somebody looks.
///
/// # Errors
/// When the session was created further than [`CLOCK_TOLERANCE`] in the future.
pub fn verdict(snapshot: &SessionSnapshot, now: Timestamp) -> Result<Verdict, Doubt> {
    let session = &snapshot.session;
    if let Some(end) = session.state.end() {
        return Ok(Verdict::Dead(end));
    }
    if session.created_at > now.plus(CLOCK_TOLERANCE) {
        return Err(Doubt);
    }
    let fallen = [user(&snapshot.standing), email(&snapshot.standing), tenant(&snapshot.standing)];
    // Of two causes in one millisecond the first listed is the end: an expired session cannot die again, and an epoch keeps its
    // moves for good while a status can be taken back. So an end that was shown once stays the same.
    let in_order = expiry(session, now).into_iter().chain(epochs(session, &snapshot.standing)).chain(fallen.into_iter().flatten());
    let first = in_order.min_by_key(|end| end.at);
    Ok(first.map_or(Verdict::Live, Verdict::Dead))
}

/// The session as it is shown at `now`.
///
/// # Errors
/// As [`verdict`].
pub fn view(snapshot: SessionSnapshot, now: Timestamp) -> Result<SessionView, Doubt> {
    let end = match verdict(&snapshot, now)? {
        Verdict::Live => None,
        Verdict::Dead(end) => Some(end),
    };
    Ok(SessionView { session: snapshot.session, end })
}

const fn caused(at: Timestamp, reason: EndReason) -> Option<End> {
    Some(End { at, reason, by: None })
}

fn expiry(session: &Session, now: Timestamp) -> Option<End> {
    let expires_at = session.ends_at();
    if expires_at <= now { caused(expires_at, EndReason::Expired) } else { None }
}

fn user(standing: &Standing) -> Option<End> {
    let Since { status, since } = standing.user;
    match status {
        UserStatus::Verified => None,
        UserStatus::Doomed => caused(since, EndReason::UserDoomed),
        UserStatus::Suspended | UserStatus::Unverified => caused(since, EndReason::UserSuspended),
    }
}

fn email(standing: &Standing) -> Option<End> {
    let Since { status, since } = standing.email?;
    match status {
        EmailStatus::Verified => None,
        EmailStatus::Unverified => caused(since, EndReason::EmailUnverified),
        EmailStatus::Doomed => caused(since, EndReason::EmailDoomed),
    }
}

fn tenant(standing: &Standing) -> Option<End> {
    let Since { status, since } = standing.tenant?;
    if status.lets_sessions_live() { None } else { caused(since, EndReason::TenantClosed) }
}

fn epochs<'s>(session: &'s Session, standing: &'s Standing) -> impl Iterator<Item = End> + 's {
    standing.moved_epochs.iter().map(move |epoch| {
        // A move without its record still ended everything; only its time and reason are unknown.
        epoch.moved.unwrap_or(End { at: session.activity.last_active_at, reason: EndReason::Revoked, by: None })
    })
}

impl SessionState {
    /// The state after `end` is recorded; a recorded end is never replaced.
    #[must_use]
    pub const fn ended(self, end: End) -> Self {
        match self {
            Self::Open => Self::Ended(end),
            recorded => recorded,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sessions::sample;

    const BORN: Timestamp = Timestamp::from_millis(1_000_000);

    fn at(seconds: u32) -> Timestamp {
        BORN.plus(Span::from_seconds(seconds))
    }

    fn snapshot() -> SessionSnapshot {
        SessionSnapshot {
            session: sample(BORN),
            standing: Standing {
                user: Since { status: UserStatus::Verified, since: BORN },
                email: Some(Since { status: EmailStatus::Verified, since: BORN }),
                tenant: Some(Since { status: TenantStatus::Verified, since: BORN }),
                tenant_policy: TenantPolicy::default(),
                moved_epochs: Vec::new(),
            },
            bearer: Bearer { role: PlatformRole::None, is_operator: false, tenant: None, password_is_due: false },
        }
    }

    fn end(at: Timestamp, reason: EndReason) -> Verdict {
        Verdict::Dead(End { at, reason, by: None })
    }

    #[test]
    fn it_lives_until_the_very_millisecond_of_its_expiry() {
        let expires_at = at(3600);
        assert_eq!(verdict(&snapshot(), Timestamp::from_millis(expires_at.as_millis() - 1)), Ok(Verdict::Live));
        assert_eq!(verdict(&snapshot(), expires_at), Ok(end(expires_at, EndReason::Expired)));
    }

    #[test]
    fn the_absolute_lifetime_binds_whatever_the_expiry_says() {
        let mut snapshot = snapshot();
        snapshot.session.activity.expires_at = at(100_000);
        assert_eq!(verdict(&snapshot, at(7200)), Ok(end(at(7200), EndReason::Expired)));
    }

    #[test]
    fn every_pillar_that_falls_ends_it() {
        type Fall = fn(&mut Standing);
        let fallen: [(Fall, EndReason); 7] = [
            (|s| s.user = Since { status: UserStatus::Suspended, since: at(5) }, EndReason::UserSuspended),
            (|s| s.user = Since { status: UserStatus::Unverified, since: at(5) }, EndReason::UserSuspended),
            (|s| s.user = Since { status: UserStatus::Doomed, since: at(5) }, EndReason::UserDoomed),
            (|s| s.email = Some(Since { status: EmailStatus::Unverified, since: at(5) }), EndReason::EmailUnverified),
            (|s| s.email = Some(Since { status: EmailStatus::Doomed, since: at(5) }), EndReason::EmailDoomed),
            (|s| s.tenant = Some(Since { status: TenantStatus::Frozen, since: at(5) }), EndReason::TenantClosed),
            (
                |s| {
                    let moved = Some(End { at: at(5), reason: EndReason::Revoked, by: None });
                    s.moved_epochs = vec![EpochStanding { born: 3, current: 4, moved }];
                },
                EndReason::Revoked,
            ),
        ];
        for (fell, reason) in fallen {
            let mut snapshot = snapshot();
            fell(&mut snapshot.standing);
            assert_eq!(verdict(&snapshot, at(6)), Ok(end(at(5), reason)));
        }
    }

    #[test]
    fn an_epoch_ahead_or_behind_is_dead_even_without_its_record() {
        for current in [2, 4] {
            let mut snapshot = snapshot();
            snapshot.standing.moved_epochs = vec![EpochStanding { born: 3, current, moved: None }];
            assert!(matches!(verdict(&snapshot, at(1)), Ok(Verdict::Dead(_))));
        }
    }

    #[test]
    fn the_first_death_counts_and_a_recorded_one_stands() {
        let mut snapshot = snapshot();
        snapshot.standing.user = Since { status: UserStatus::Doomed, since: at(4000) };
        assert_eq!(verdict(&snapshot, at(5000)), Ok(end(at(3600), EndReason::Expired)));
        let closed = End { at: at(10), reason: EndReason::Closed, by: None };
        snapshot.session.state = SessionState::Ended(closed);
        assert_eq!(verdict(&snapshot, at(5000)), Ok(Verdict::Dead(closed)));
    }

    #[test]
    fn an_end_by_epoch_is_shown_whatever_its_tenant_becomes_in_the_same_millisecond() {
        let mut snapshot = snapshot();
        let moved = Some(End { at: at(5), reason: EndReason::Revoked, by: None });
        snapshot.standing.moved_epochs = vec![EpochStanding { born: 3, current: 5, moved }];
        for status in [TenantStatus::Suspended, TenantStatus::Verified] {
            snapshot.standing.tenant = Some(Since { status, since: at(5) });
            assert_eq!(verdict(&snapshot, at(6)), Ok(end(at(5), EndReason::Revoked)));
        }
    }

    #[test]
    fn what_expired_in_the_millisecond_of_a_move_had_expired() {
        let mut snapshot = snapshot();
        let moved = Some(End { at: at(3600), reason: EndReason::Revoked, by: None });
        snapshot.standing.moved_epochs = vec![EpochStanding { born: 3, current: 4, moved }];
        assert_eq!(verdict(&snapshot, at(3600)), Ok(end(at(3600), EndReason::Expired)));
    }

    #[test]
    fn a_clock_far_behind_is_not_believed() {
        let tolerated = BORN.minus(CLOCK_TOLERANCE);
        assert_eq!(verdict(&snapshot(), tolerated), Ok(Verdict::Live));
        assert_eq!(verdict(&snapshot(), Timestamp::from_millis(tolerated.as_millis() - 1)), Err(Doubt));
    }
}
