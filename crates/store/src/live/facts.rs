//! The memory of one open database: what it answers, keeps and forgets.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use super::asked_by::AskedBy;
use super::changes::{Changes, Position};
use super::fact::Fact;
use super::memory::{Entry, Known, Memory};
use super::shared::Shared;

/// The memory of one open database.
pub(crate) struct Live {
    changes: Changes,
    /// `None`: turned off.
    memory: Option<Memory>,
    pub(crate) shared: Shared,
    counters: Counters,
}

#[derive(Default)]
struct Counters {
    fills: AtomicU64,
    late_fills: AtomicU64,
    drops: AtomicU64,
}

/// What the memory has done since the database was opened, and what it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LiveStats {
    /// Questions that were answered without the database.
    pub hits: u64,
    /// Answers of the database that were remembered.
    pub fills: u64,
    /// Answers that were not remembered, because they had changed meanwhile.
    pub late_fills: u64,
    /// Facts that changed.
    pub drops: u64,
    pub entries: u64,
    pub bytes: u64,
}

impl Live {
    /// A memory of so many bytes; 0: none.
    pub(crate) fn within(max_bytes: u64) -> Self {
        Self {
            changes: Changes::for_memory_of(max_bytes),
            memory: (max_bytes > 0).then(|| Memory::within(max_bytes)),
            shared: Shared::default(),
            counters: Counters::default(),
        }
    }

    pub(crate) const fn is_on(&self) -> bool {
        self.memory.is_some()
    }

    /// These rows are about to change: nothing that rests on them is used from now on.
    pub(crate) fn doubt(&self, facts: &[Fact]) {
        self.changes.doubt(facts);
    }

    /// Their change is committed, or given up. Nobody may be told of it before.
    pub(crate) fn settle(&self, facts: &[Fact]) {
        self.changes.settle(facts);
        self.counters.drops.fetch_add(facts.len() as u64, Relaxed);
    }

    /// Anything may have changed.
    pub(crate) fn forget_all(&self) {
        self.changes.settle(&[Fact::EVERYTHING]);
        if let Some(memory) = &self.memory {
            memory.clear();
        }
    }

    pub(crate) fn stats(&self) -> LiveStats {
        let Some(memory) = &self.memory else { return LiveStats::default() };
        LiveStats {
            hits: memory.hits(),
            fills: self.counters.fills.load(Relaxed),
            late_fills: self.counters.late_fills.load(Relaxed),
            drops: self.counters.drops.load(Relaxed),
            entries: memory.entries(),
            bytes: memory.bytes(),
        }
    }

    /// What is remembered under this name, whether or not it still holds.
    pub(crate) fn find(&self, asked_by: AskedBy) -> Option<Entry> {
        self.memory.as_ref()?.get(asked_by)
    }

    /// What was found, where it holds now.
    pub(crate) fn holding(&self, Entry { read_at, known }: Entry) -> Option<Known> {
        known.holds(&self.changes, read_at).then_some(known)
    }

    /// It was answered from memory.
    pub(crate) fn hit(&self) {
        if let Some(memory) = &self.memory {
            memory.hit();
        }
    }

    /// Whether what was read of `fact` at `read_at` holds.
    #[cfg(test)]
    pub(crate) fn hold(&self, fact: Fact, read_at: Position) -> bool {
        self.changes.hold([fact], read_at)
    }

    /// To be taken before whatever is read to be kept.
    pub(crate) fn position(&self) -> Position {
        self.changes.position()
    }

    /// Remembers what was read after `read_at`, unless it has changed since.
    pub(crate) fn keep(&self, key: AskedBy, known: Known, read_at: Position) {
        let Some(memory) = &self.memory else { return };
        if known.holds(&self.changes, read_at) {
            memory.keep(key, Entry { read_at, known });
            self.counters.fills.fetch_add(1, Relaxed);
        } else {
            self.counters.late_fills.fetch_add(1, Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::samples;

    fn fill(live: &Live, token: u64, read_at: Position) {
        live.keep(samples::asked_by(token), samples::token(token), read_at);
    }

    fn is_known(live: &Live, token: u64) -> bool {
        live.find(samples::asked_by(token)).is_some_and(|entry| live.holding(entry).is_some())
    }

    #[test]
    fn what_changed_after_it_was_read_is_not_remembered() {
        let live = Live::within(1 << 20);
        let read_at = live.position();
        live.doubt(&[samples::revocation(7)]);
        live.settle(&[samples::revocation(7)]);
        fill(&live, 7, read_at);
        assert!(!is_known(&live, 7));
        assert_eq!((live.stats().fills, live.stats().late_fills, live.stats().drops), (0, 1, 1));
        fill(&live, 7, live.position());
        assert!(is_known(&live, 7));
        // Whoever found it before the change does not use it behind it.
        let found = live.find(samples::asked_by(7)).unwrap();
        live.settle(&[samples::revocation(7)]);
        assert!(live.holding(found).is_none());
    }

    #[test]
    fn what_is_asked_once_does_not_push_out_what_is_asked_often() {
        let live = Live::within(1 << 20);
        let often = 0..500;
        for number in 0..100_000 {
            fill(&live, 1000 + number, live.position());
            let asked = number % 500;
            if !is_known(&live, asked) {
                fill(&live, asked, live.position());
            }
        }
        let kept = often.clone().filter(|token| is_known(&live, *token)).count();
        assert!(kept >= 490, "{kept} of {}", often.count());
        assert!(live.stats().bytes <= 1 << 20 && live.stats().entries > 2000, "{:?}", live.stats());
    }

    #[test]
    fn nothing_is_kept_where_it_is_turned_off() {
        let live = Live::within(0);
        fill(&live, 7, live.position());
        assert!(!is_known(&live, 7));
        assert_eq!(live.stats(), LiveStats::default());
    }

    #[test]
    fn everything_is_forgotten_at_once() {
        let live = Live::within(1 << 20);
        fill(&live, 7, live.position());
        live.forget_all();
        assert!(!is_known(&live, 7) && live.stats().entries == 0);
    }
}
