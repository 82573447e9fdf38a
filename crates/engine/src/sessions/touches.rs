//! Touches that were answered and are not yet on disk.
//!
//! A validation moves the expiry at once in what this process answers; the store gets the latest value of each session at most
//! once per lag ([`Session::touch_lag`](super::Session::touch_lag)), however often it is touched, and as soon as the stored
//! expiry is that lag behind. A crash therefore loses at most that lag of extensions, and never a creation or an end. What a
//! session did before it ended is saved like any other touch.

use std::collections::hash_map::Entry;
use std::sync::Arc;

use parking_lot::Mutex;
use quick_cache::DefaultHashBuilder;

use super::{Activity, Session, SessionFacts};
use crate::clock::{Span, Timestamp};
use crate::ids::SessionNumber;

const SHARDS: usize = 64;

/// More sessions than this waiting are saved early, whatever their lag: memory stays bounded (about 100 bytes each).
const CROWDED: usize = 262_144;

struct Pending {
    /// Whose `stored` follows what is saved.
    facts: Arc<SessionFacts>,
    activity: Activity,
    /// When it must be on disk.
    due_at: Timestamp,
    lag: Span,
    /// What the store has at least.
    stored_expires_at: Timestamp,
}

impl Pending {
    /// A touch that is to be on disk when the stored expiry is a lag behind: at once where it is so already.
    fn due(&self, now: Timestamp) -> Timestamp {
        let behind = self.activity.expires_at.since(self.stored_expires_at);
        now.plus(Span::from_millis(self.lag.as_millis().saturating_sub(behind.as_millis())))
    }
}

/// One touch on its way to the store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Touch {
    pub session: SessionNumber,
    pub activity: Activity,
}

/// By the number of the session, which nobody chooses: the hasher need not withstand anybody.
type Shard = std::collections::HashMap<i64, Pending, DefaultHashBuilder>;

/// The touches of this process that the store has not seen. A store merges them into everything it reads.
pub struct PendingTouches {
    shards: [Mutex<Shard>; SHARDS],
    capacity: usize,
}

impl std::fmt::Debug for PendingTouches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PendingTouches").field("len", &self.len()).finish()
    }
}

impl Default for PendingTouches {
    fn default() -> Self {
        Self::with_capacity(CROWDED)
    }
}

impl PendingTouches {
    /// Touches beyond `capacity` are all due at once.
    pub fn with_capacity(capacity: usize) -> Self {
        Self { shards: std::array::from_fn(|_| Mutex::default()), capacity }
    }

    fn shard(&self, session: SessionNumber) -> &Mutex<Shard> {
        &self.shards[session.0 as usize % SHARDS]
    }

    /// How many sessions have an unsaved touch.
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().len()).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// `stored` with what is pending for the session merged in.
    pub fn merge_into(&self, session: SessionNumber, stored: Activity) -> Activity {
        self.shard(session).lock().get(&session.0).map_or(stored, |pending| stored.merged(pending.activity))
    }

    /// Notes that `session`, as it was read, now has `activity`. The first unsaved touch starts the clock of its lag; later ones
    /// join it. Returns the expiry that the store has at least.
    pub(crate) fn note(&self, session: &Session, activity: Activity, now: Timestamp) -> Timestamp {
        let mut shard = self.shard(session.number).lock();
        let pending = match shard.entry(session.number.0) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let (lag, stored_expires_at) = (session.touch_lag(), session.activity.expires_at);
                let pending = new.insert(Pending { facts: session.facts.clone(), activity, due_at: now, lag, stored_expires_at });
                pending.due_at = pending.due(now);
                pending
            }
        };
        if session.activity.expiry_edition > pending.activity.expiry_edition {
            // Somebody has set the expiry since: what was read is what the store has, whatever was saved before.
            pending.stored_expires_at = session.activity.expires_at;
        }
        pending.activity = pending.activity.merged(activity);
        pending.due_at = pending.due_at.min(pending.due(now));
        pending.stored_expires_at
    }

    /// At most `limit` touches that are due at `now` (`None`: all, as at shutdown). They stay pending until [`Self::saved`].
    pub(crate) fn due(&self, now: Option<Timestamp>, limit: usize) -> Vec<Touch> {
        let now = if self.len() > self.capacity { None } else { now };
        let mut due = Vec::new();
        for shard in &self.shards {
            let shard = shard.lock();
            let ripe = shard.iter().filter(|(_, pending)| now.is_none_or(|now| pending.due_at <= now));
            due.extend(
                ripe.take(limit - due.len()).map(|(number, pending)| Touch { session: SessionNumber(*number), activity: pending.activity }),
            );
            if due.len() == limit {
                break;
            }
        }
        due
    }

    /// The store has these. One that moved meanwhile stays, with a new lag from `now` on.
    pub(crate) fn saved(&self, touches: &[Touch], now: Timestamp) {
        for touch in touches {
            let mut shard = self.shard(touch.session).lock();
            if let Some(pending) = shard.get_mut(&touch.session.0) {
                pending.facts.stored.note(touch.activity);
                if pending.activity == touch.activity {
                    shard.remove(&touch.session.0);
                } else {
                    if pending.activity.expiry_edition == touch.activity.expiry_edition {
                        pending.stored_expires_at = pending.stored_expires_at.max(touch.activity.expires_at);
                    }
                    pending.due_at = pending.due(now);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sessions::sample;

    const NOW: Timestamp = Timestamp::from_millis(0);

    fn at(seconds: u32) -> Timestamp {
        NOW.plus(Span::from_seconds(seconds))
    }

    fn active(seconds: u32) -> Activity {
        Activity { last_validated_at: Some(at(seconds)), last_active_at: at(seconds), expires_at: at(seconds + 3600), expiry_edition: 0 }
    }

    #[test]
    fn a_storm_is_due_once_per_lag_with_its_latest_value() {
        let (touches, mut session) = (PendingTouches::default(), sample(NOW));
        let mut saved = 0;
        for second in 0..60 {
            touches.note(&session, active(second), at(second));
            session.activity = active(second);
            let due = touches.due(Some(at(second)), 10);
            assert!(due.iter().all(|touch| touch.activity == active(second)));
            touches.saved(&due, at(second));
            saved += due.len();
        }
        assert_eq!(saved, 5, "sixty touches in a minute, a lag of ten seconds");
    }

    #[test]
    fn a_touch_that_moves_while_it_is_saved_is_not_lost() {
        let (touches, session) = (PendingTouches::default(), sample(NOW));
        touches.note(&session, active(1), at(1));
        let due = touches.due(None, 10);
        touches.note(&session, active(2), at(2));
        touches.saved(&due, at(2));
        assert_eq!(session.stored.get(), active(1), "whoever has the session's facts knows what is saved");
        assert_eq!(touches.merge_into(session.number, active(0)), active(2));
        assert_eq!(touches.due(None, 10).len(), 1);
    }

    #[test]
    fn a_touch_after_a_pause_is_due_at_once() {
        let (touches, session) = (PendingTouches::default(), sample(NOW));
        touches.note(&session, active(9), at(9));
        assert_eq!(touches.due(Some(at(9)), 10), []);
        touches.note(&session, active(10), at(10));
        assert_eq!(touches.due(Some(at(10)), 10).len(), 1);
    }

    #[test]
    fn a_crowd_is_due_at_once() {
        let touches = PendingTouches::with_capacity(1);
        for number in 1..=3 {
            touches.note(&sample(NOW).but(|facts| facts.number = SessionNumber(number)), active(0), NOW);
        }
        assert_eq!(touches.due(Some(NOW), 10).len(), 3);
    }

    #[test]
    fn merging_takes_the_later_of_each() {
        let (touches, session) = (PendingTouches::default(), sample(NOW));
        touches.note(&session, active(5), NOW);
        let stored = Activity { last_validated_at: None, last_active_at: at(9), expires_at: at(1), expiry_edition: 0 };
        let merged = touches.merge_into(session.number, stored);
        assert_eq!(merged, Activity { last_validated_at: Some(at(5)), last_active_at: at(9), expires_at: at(3605), expiry_edition: 0 });
    }

    #[test]
    fn after_a_set_expiry_the_lag_counts_from_it() {
        let (touches, mut session) = (PendingTouches::default(), sample(NOW));
        touches.note(&session, active(1), at(1));
        session.activity = Activity { expires_at: at(60), expiry_edition: 1, ..active(1) };
        assert_eq!(touches.merge_into(session.number, session.activity).expires_at, at(60));
        let slid = Activity { expiry_edition: 1, ..active(2) };
        assert_eq!(touches.note(&session, slid, at(2)), at(60), "what the store has is what was set, not what was touched before");
        assert_eq!(touches.due(Some(at(2)), 10), [Touch { session: session.number, activity: slid }], "far behind, so at once");
    }
}
