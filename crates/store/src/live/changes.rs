//! What has changed, and in which order: whether a fact that was read at some position still holds.
//!
//! Each fact has a place in a table, which holds the position of its last change. Places are shared by those that fall on the same one:
//! what changed too often is only read too often. An entry of the memory holds while every fact that it was made of last changed before
//! it was read, so no entry has to be found to be dropped, and one that is filled late is refused by what happened meanwhile.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::fact::{Fact, FactKind};

/// Where the order of changes stood. What is read from the database after it was taken has every change up to it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Position(u64);

/// Later than every position: the fact is being changed.
const IN_DOUBT: u64 = u64::MAX;

/// Places for what many entries rest on, apart from the others: what happens to sessions must not touch them.
const SHARED_PLACES: usize = 4096;
/// Memory for each place, at least: a place takes 8 bytes.
const BYTES_PER_PLACE: u64 = 1024;
const FEWEST_PLACES: u64 = 1024;
const MOST_PLACES: u64 = 1 << 20;

/// Whoever changes facts calls [`Self::doubt`] before the commit and [`Self::settle`] after it, one at a time.
pub(crate) struct Changes {
    newest: AtomicU64,
    /// Nothing from before this position holds.
    floor: AtomicU64,
    shared: Box<[AtomicU64]>,
    own: Box<[AtomicU64]>,
}

impl Changes {
    /// As many places as suit a memory of `max_bytes`. They take memory as they are used.
    pub(super) fn for_memory_of(max_bytes: u64) -> Self {
        let places = (max_bytes / BYTES_PER_PLACE).clamp(FEWEST_PLACES, MOST_PLACES).next_power_of_two();
        Self { newest: AtomicU64::new(1), floor: AtomicU64::new(0), shared: zeroed(SHARED_PLACES), own: zeroed(places as usize) }
    }

    /// Taken before what is to be remembered is read.
    pub(crate) fn position(&self) -> Position {
        Position(self.newest.load(Acquire))
    }

    /// Whether none of these has changed, or is about to, since something was read at `read_at`.
    pub(super) fn hold(&self, facts: impl IntoIterator<Item = Fact>, read_at: Position) -> bool {
        self.floor.load(Acquire) <= read_at.0 && facts.into_iter().all(|fact| self.place(fact).load(Acquire) <= read_at.0)
    }

    /// These are about to change: nobody uses what is remembered of them from now on.
    pub(crate) fn doubt(&self, facts: &[Fact]) {
        for fact in facts {
            self.place(*fact).store(IN_DOUBT, Release);
        }
    }

    /// They have changed, or have not after all: what is read from now on may be remembered.
    pub(crate) fn settle(&self, facts: &[Fact]) {
        let position = self.newest.load(Relaxed) + 1;
        for fact in facts {
            self.place(*fact).store(position, Release);
        }
        // Last: who sees the position reads what was committed before it.
        self.newest.store(position, Release);
    }

    fn place(&self, fact: Fact) -> &AtomicU64 {
        if fact.kind == FactKind::Everything {
            return &self.floor;
        }
        let places = if fact.is_shared() { &self.shared } else { &self.own };
        &places[(fact.scattered() >> 32) as usize & (places.len() - 1)]
    }
}

/// Of the allocator's zeroed pages: places that nobody uses take no memory.
fn zeroed(places: usize) -> Box<[AtomicU64]> {
    bytemuck::zeroed_slice_box(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Fact = FactKind::Session.numbered(1);
    const OTHER: Fact = FactKind::User.numbered(7);

    fn changes() -> Changes {
        Changes::for_memory_of(1 << 20)
    }

    #[test]
    fn what_was_read_before_a_change_never_holds_after_it() {
        let changes = changes();
        let before = changes.position();
        assert!(changes.hold([ONE, OTHER], before));
        changes.doubt(&[ONE]);
        let during = changes.position();
        assert!(!changes.hold([ONE], before) && !changes.hold([OTHER, ONE], during), "from before the commit on");
        changes.settle(&[ONE]);
        assert!(!changes.hold([ONE], before) && !changes.hold([ONE], during), "read before the commit, kept after it");
        assert!(changes.hold([OTHER], before), "another fact is untouched");
        assert!(changes.hold([ONE, OTHER], changes.position()));
    }

    #[test]
    fn everything_can_fall_at_once() {
        let changes = changes();
        let before = changes.position();
        changes.doubt(&[Fact::EVERYTHING]);
        assert!(!changes.hold([], before) && !changes.hold([], changes.position()));
        changes.settle(&[Fact::EVERYTHING]);
        assert!(!changes.hold([], before) && changes.hold([ONE], changes.position()));
    }

    #[test]
    fn what_happens_to_sessions_and_users_touches_nothing_that_many_rest_on() {
        let changes = changes();
        let before = changes.position();
        let many: Vec<Fact> =
            (0..100_000).flat_map(|number| [FactKind::Session.numbered(number), FactKind::User.numbered(number)]).collect();
        changes.doubt(&many);
        changes.settle(&many);
        assert!(
            changes.hold(
                [Fact::SERVER, FactKind::Tenant.numbered(1), FactKind::Partner.numbered(1), FactKind::Application.numbered(1)],
                before
            )
        );
    }
}
