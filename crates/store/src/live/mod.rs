//! Facts in memory: what verdicts rest on, in front of the database (ARCHITECTURE.md, Facts in memory).
//!
//! An entry is what one read returned, with the position that the order of changes had before it. It is used only while no row that it
//! was made of has changed since, and only to say that something lives: whatever is dead by it, for whatever cause, is asked of the
//! database. The verdict is the engine's, as for what the database returns.

mod api_keys;
mod changes;
mod clients;
mod fact;
mod grants;
mod memory;
mod sessions;
mod shared;

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use cloakroom_engine::error::StoreError;

use self::memory::{Entry, Key, Known, Memory};
use self::shared::Shared;
use crate::database::Database;

pub(crate) use self::api_keys::api_key;
use self::changes::Changes;
pub(crate) use self::changes::Position;
pub(crate) use self::clients::client;
pub(crate) use self::fact::{FACT_TABLES, Fact, FactKind, FactTable, number_of_uid};
pub(crate) use self::grants::{grant, is_current};
pub(crate) use self::sessions::session;

/// The memory of one open database.
pub(crate) struct Live {
    changes: Changes,
    /// `None`: turned off.
    memory: Option<Memory>,
    shared: Shared,
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
        self.changes.settle(&[Fact::Everything]);
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

    /// What is remembered under `key` and holds now: in a database that others write to, by everything that was committed before this
    /// was asked.
    async fn known(&self, store: &Database, key: Key) -> Result<Option<Known>, StoreError> {
        let Some(memory) = &self.memory else { return Ok(None) };
        let Some(Entry { read_at, known }) = memory.get(key) else { return Ok(None) };
        store.catch_up().await?;
        if known.holds(&self.changes, read_at) {
            return Ok(Some(known));
        }
        Ok(None)
    }

    /// It was answered from memory.
    fn hit(&self) {
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
    fn keep(&self, key: Key, known: Known, read_at: Position) {
        let Some(memory) = &self.memory else { return };
        if known.holds(&self.changes, read_at) {
            memory.keep(key, Entry { read_at, known });
            self.counters.fills.fetch_add(1, Relaxed);
        } else {
            self.counters.late_fills.fetch_add(1, Relaxed);
        }
    }
}

/// Every statement whose answers are remembered: what they read must be watched.
#[cfg(test)]
pub(crate) const REMEMBERED: &[&str] = &[
    crate::sessions::snapshot::BY_SECRET,
    crate::sessions::snapshot::BY_UID,
    crate::sessions::snapshot::BY_NUMBER,
    crate::tokens::GRANT,
    crate::tokens::GENERATION,
    crate::machine::api_keys::TIED,
    crate::machine::clients::BY_CLIENT_ID,
    crate::machine::clients::BY_UID,
    crate::machine::clients::BY_NUMBER,
    crate::machine::clients::BY_TOKEN,
    crate::machine::clients::SECRETS,
];

/// What a shared value of so many bytes takes: its two counters, and what the allocator rounds up.
const fn allocated(bytes: usize) -> usize {
    let bytes = bytes + 2 * size_of::<usize>();
    (bytes + bytes / 8).next_multiple_of(16)
}
