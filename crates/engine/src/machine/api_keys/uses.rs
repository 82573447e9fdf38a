//! When API keys were last used, as far as it is not on disk yet.
//!
//! A validation notes the time in memory; the store gets the latest of each key at most once per [`LAG`], however often it is
//! used. A crash loses at most that, and never whether a key lives: a last use decides nothing.

use std::collections::HashMap;

use parking_lot::Mutex;

use crate::clock::{Span, Timestamp};
use crate::ids::ApiKeyNumber;

/// How far the stored last use of a key may lag behind.
pub const LAG: Span = Span::from_seconds(10);

const SHARDS: usize = 64;

/// Keys whose use waits to be stored, at most; those beyond it are not noted (about 60 bytes each).
const MOST: usize = 262_144;

#[derive(Clone, Copy)]
struct Pending {
    used_at: Timestamp,
    /// When it must be on disk.
    due_at: Timestamp,
}

/// One last use on its way to the store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ApiKeyUse {
    pub api_key: ApiKeyNumber,
    pub at: Timestamp,
}

/// The last uses that the store has not seen.
pub(crate) struct PendingKeyUses {
    shards: [Mutex<HashMap<i64, Pending>>; SHARDS],
    most_in_shard: usize,
}

impl Default for PendingKeyUses {
    fn default() -> Self {
        Self::bounded(MOST)
    }
}

impl PendingKeyUses {
    fn bounded(most: usize) -> Self {
        Self { shards: std::array::from_fn(|_| Mutex::default()), most_in_shard: most.div_ceil(SHARDS) }
    }

    fn shard(&self, api_key: ApiKeyNumber) -> &Mutex<HashMap<i64, Pending>> {
        &self.shards[api_key.0 as usize % SHARDS]
    }

    /// Notes a use. The first that is not stored starts the clock of its lag; later ones join it.
    pub(crate) fn note(&self, api_key: ApiKeyNumber, now: Timestamp) {
        let mut shard = self.shard(api_key).lock();
        if let Some(pending) = shard.get_mut(&api_key.0) {
            pending.used_at = pending.used_at.max(now);
        } else if shard.len() < self.most_in_shard {
            shard.insert(api_key.0, Pending { used_at: now, due_at: now.plus(LAG) });
        }
    }

    /// The later of what is stored and what is pending.
    pub(crate) fn merged(&self, api_key: ApiKeyNumber, stored: Option<Timestamp>) -> Option<Timestamp> {
        stored.max(self.shard(api_key).lock().get(&api_key.0).map(|pending| pending.used_at))
    }

    /// At most `limit` uses that are due at `now` (`None`: all, as at shutdown). They stay pending until [`Self::saved`].
    pub(super) fn due(&self, now: Option<Timestamp>, limit: usize) -> Vec<ApiKeyUse> {
        let mut due = Vec::new();
        for shard in &self.shards {
            let shard = shard.lock();
            let ripe = shard.iter().filter(|(_, pending)| now.is_none_or(|now| pending.due_at <= now));
            let uses = ripe.map(|(number, pending)| ApiKeyUse { api_key: ApiKeyNumber(*number), at: pending.used_at });
            due.extend(uses.take(limit - due.len()));
        }
        due
    }

    /// The store has these. One that was used meanwhile stays, with a new lag from `now` on.
    pub(super) fn saved(&self, uses: &[ApiKeyUse], now: Timestamp) {
        for used in uses {
            let mut shard = self.shard(used.api_key).lock();
            if let Some(pending) = shard.get_mut(&used.api_key.0) {
                if pending.used_at == used.at {
                    shard.remove(&used.api_key.0);
                } else {
                    pending.due_at = now.plus(LAG);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: ApiKeyNumber = ApiKeyNumber(7);

    const fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    #[test]
    fn a_storm_is_due_once_per_lag_with_its_latest_value() {
        let uses = PendingKeyUses::default();
        let mut saved = Vec::new();
        for second in 0..=30 {
            uses.note(KEY, at(second));
            let due = uses.due(Some(at(second)), 10);
            uses.saved(&due, at(second));
            saved.extend(due.iter().map(|used| used.at));
        }
        assert_eq!(saved, [at(10), at(21)]);
    }

    #[test]
    fn a_use_during_its_saving_is_not_lost_and_never_goes_back() {
        let uses = PendingKeyUses::default();
        uses.note(KEY, at(5));
        let due = uses.due(None, 10);
        uses.note(KEY, at(9));
        uses.note(KEY, at(3));
        uses.saved(&due, at(9));
        assert_eq!(uses.due(None, 10), [ApiKeyUse { api_key: KEY, at: at(9) }]);
        assert_eq!(uses.merged(KEY, Some(at(4))), Some(at(9)));
        assert_eq!(uses.merged(KEY, Some(at(12))), Some(at(12)));
        assert_eq!(uses.merged(ApiKeyNumber(8), None), None);
    }

    #[test]
    fn memory_is_bounded_and_a_batch_is_too() {
        let uses = PendingKeyUses::bounded(SHARDS);
        for number in 0..1000 {
            uses.note(ApiKeyNumber(number), at(1));
        }
        assert_eq!(uses.due(None, 10_000).len(), SHARDS);
        assert_eq!(uses.due(None, 10).len(), 10);
    }
}
