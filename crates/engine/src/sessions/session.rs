//! One session as it is recorded and as it is shown, and how far a touch moves it.

use std::ops::Deref;
use std::sync::Arc;

use parking_lot::Mutex;

use super::{Authentication, Birth, End};
use crate::clock::{Span, Timestamp};
use crate::ids::{SessionNumber, SessionUid, TenantNumber, UserNumber, UserUid};

/// What a touch moves. Two activities of one session merge to the later of each (ARCHITECTURE.md, Pending touches).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Activity {
    pub last_validated_at: Option<Timestamp>,
    pub last_active_at: Timestamp,
    pub expires_at: Timestamp,
    /// How many times somebody had set the expiry when this was so. A set one may be earlier than what touches had made of it,
    /// and still counts: of two expiries the one of the later edition holds, and only within one edition the later time.
    pub expiry_edition: i64,
}

impl Activity {
    #[must_use]
    pub fn merged(self, other: Self) -> Self {
        let (expiry_edition, expires_at) = (self.expiry_edition, self.expires_at).max((other.expiry_edition, other.expires_at));
        Self {
            last_validated_at: self.last_validated_at.max(other.last_validated_at),
            last_active_at: self.last_active_at.max(other.last_active_at),
            expires_at,
            expiry_edition,
        }
    }
}

/// What is recorded of a session's life. Whether it is live *now* only [`verdict`](super::verdict::verdict) knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SessionState {
    /// No end is recorded.
    Open,
    Ended(End),
    Archived {
        end: End,
        at: Timestamp,
    },
}

impl SessionState {
    /// The recorded end.
    pub const fn end(&self) -> Option<End> {
        match self {
            Self::Open => None,
            Self::Ended(end) | Self::Archived { end, .. } => Some(*end),
        }
    }

    pub const fn archived_at(&self) -> Option<Timestamp> {
        match self {
            Self::Archived { at, .. } => Some(*at),
            Self::Open | Self::Ended(_) => None,
        }
    }
}

/// What a session was born with. Nothing of it changes while the session keeps its secret, so that all who ask share it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionFacts {
    pub number: SessionNumber,
    pub uid: SessionUid,
    pub user: UserNumber,
    pub user_uid: UserUid,
    /// The user's home tenant when the session was born.
    pub tenant: Option<TenantNumber>,
    pub birth: Birth,
    /// When and how its user last proved to be themselves; `None` where nobody did.
    pub authentication: Option<Authentication>,
    pub created_at: Timestamp,
    pub ttl: Span,
    /// Whether a validation moves the expiry.
    pub slides: bool,
    /// No touch moves the expiry past this.
    pub absolute_expires_at: Timestamp,
    pub caption: Option<Arc<str>>,
    pub label: Option<Arc<str>>,
    /// Address and user agent of the request that created it.
    pub address: Option<Arc<str>>,
    pub user_agent: Option<Arc<str>>,
    /// What the store is known to have of its activity.
    pub stored: StoredActivity,
}

/// The activity that the store has at least. Whoever saves touches moves it, for all who share the session's facts.
pub struct StoredActivity(Mutex<Activity>);

impl StoredActivity {
    pub const fn new(activity: Activity) -> Self {
        Self(Mutex::new(activity))
    }

    pub fn get(&self) -> Activity {
        *self.0.lock()
    }

    /// The store has this, too.
    pub fn note(&self, saved: Activity) {
        let mut stored = self.0.lock();
        *stored = stored.merged(saved);
    }
}

impl Clone for StoredActivity {
    fn clone(&self) -> Self {
        Self::new(self.get())
    }
}

/// No part of what a session is: two that differ in nothing else are the same.
impl PartialEq for StoredActivity {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for StoredActivity {}

impl std::fmt::Debug for StoredActivity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.get().fmt(f)
    }
}

/// A session as it is recorded, with this process's unsaved touches merged in. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    pub facts: Arc<SessionFacts>,
    pub activity: Activity,
    pub state: SessionState,
}

impl Deref for Session {
    type Target = SessionFacts;

    fn deref(&self) -> &SessionFacts {
        &self.facts
    }
}

impl Session {
    /// How far the stored expiry may lag behind the answered one: ttl/360, at least a second (ARCHITECTURE.md, Pending touches).
    pub fn touch_lag(&self) -> Span {
        Span::from_millis((self.ttl.as_millis() / 360).max(1000))
    }

    /// When it ends by itself, unless a touch moves that.
    pub fn ends_at(&self) -> Timestamp {
        self.activity.expires_at.min(self.absolute_expires_at)
    }

    /// Where a validation at `now` moves the expiry.
    pub fn slid_expiry(&self, now: Timestamp) -> Timestamp {
        if self.slides { now.plus(self.ttl).min(self.absolute_expires_at).max(self.activity.expires_at) } else { self.activity.expires_at }
    }
}

/// A session as it is shown: recorded or merely true, its end is in `end`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionView {
    pub session: Session,
    /// `None`: live at the moment of the answer.
    pub end: Option<End>,
}

#[cfg(test)]
pub(crate) fn sample(now: Timestamp) -> Session {
    let activity =
        Activity { last_validated_at: None, last_active_at: now, expires_at: now.plus(Span::from_seconds(3600)), expiry_edition: 0 };
    let facts = SessionFacts {
        number: SessionNumber(1),
        uid: SessionUid::from_bytes([1; 16]),
        user: UserNumber(1),
        user_uid: UserUid::from_bytes([2; 16]),
        tenant: None,
        birth: Birth::Usm,
        authentication: None,
        created_at: now,
        ttl: Span::from_seconds(3600),
        slides: true,
        absolute_expires_at: now.plus(Span::from_seconds(7200)),
        caption: None,
        label: None,
        address: None,
        user_agent: None,
        stored: StoredActivity::new(activity),
    };
    Session { facts: Arc::new(facts), activity, state: SessionState::Open }
}

#[cfg(test)]
impl Session {
    /// With other facts.
    pub(crate) fn but(&self, change: impl FnOnce(&mut SessionFacts)) -> Self {
        let mut facts = (*self.facts).clone();
        change(&mut facts);
        Self { facts: Arc::new(facts), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sliding_stops_at_the_absolute_lifetime_and_never_goes_back() {
        let born = Timestamp::from_millis(0);
        let session = sample(born);
        let later = |seconds| born.plus(Span::from_seconds(seconds));
        assert_eq!(session.slid_expiry(later(600)), later(4200));
        assert_eq!(session.slid_expiry(later(3599)), later(7199));
        assert_eq!(session.slid_expiry(later(5000)), later(7200));
        assert_eq!(session.slid_expiry(born.minus(Span::from_seconds(60))), later(3600), "a clock that stepped back shortens nothing");
        assert_eq!(session.but(|facts| facts.slides = false).slid_expiry(later(600)), later(3600));
    }

    #[test]
    fn a_set_expiry_beats_what_was_there_before_it_and_touches_after_it_move_it() {
        let at = |seconds| Timestamp::from_millis(0).plus(Span::from_seconds(seconds));
        let activity = |active, expires, expiry_edition| Activity {
            last_validated_at: None,
            last_active_at: at(active),
            expires_at: at(expires),
            expiry_edition,
        };
        let (touched, set, slid) = (activity(50, 3650, 0), activity(40, 60, 1), activity(55, 3655, 1));
        assert_eq!(touched.merged(set), activity(50, 60, 1));
        assert_eq!(set.merged(touched), activity(50, 60, 1));
        assert_eq!(touched.merged(set).merged(slid), slid);
    }

    #[test]
    fn the_lag_is_ten_seconds_for_an_hour_and_at_least_one() {
        let session = sample(Timestamp::from_millis(0));
        assert_eq!(session.touch_lag(), Span::from_seconds(10));
        assert_eq!(session.but(|facts| facts.ttl = Span::from_seconds(60)).touch_lag(), Span::from_seconds(1));
    }
}
