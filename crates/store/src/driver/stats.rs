//! Numbers a metrics endpoint reads; written by the driver's threads, never waited for.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A reading of the driver's counters; totals count since the store was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// Commands that the writer ran, failed ones included.
    pub commands: u64,
    /// Transactions of the writer.
    pub batches: u64,
    /// Commands in the largest transaction.
    pub largest_batch: u64,
    /// Commands waiting now.
    pub queue_depth: u64,
    /// Transactions that could not be begun or committed.
    pub commit_errors: u64,
    /// Duration of the last `COMMIT`, in microseconds.
    pub last_commit_micros: u64,
    /// Size of the write-ahead log in use at the last commit, in bytes (the file may be larger).
    pub wal_bytes: u64,
    /// Questions to PostgreSQL what has changed, each for all requests that waited for it.
    pub read_indexes: u64,
    /// Checkpoints made, whether or not they reached the end of the log.
    pub checkpoints: u64,
}

#[derive(Default)]
pub(super) struct Counters {
    pub(super) commands: AtomicU64,
    pub(super) batches: AtomicU64,
    pub(super) largest_batch: AtomicU64,
    pub(super) commit_errors: AtomicU64,
    pub(super) last_commit_micros: AtomicU64,
    pub(super) wal_pages: AtomicU64,
    pub(super) read_indexes: AtomicU64,
    pub(super) checkpoints: AtomicU64,
}

/// Of a frame of the log: SQLite's default page and the frame's header.
pub(super) const FRAME_BYTES: u64 = 4096 + 24;

impl Counters {
    pub(super) fn read(&self, queue_depth: usize) -> Stats {
        Stats {
            commands: self.commands.load(Relaxed),
            batches: self.batches.load(Relaxed),
            largest_batch: self.largest_batch.load(Relaxed),
            queue_depth: queue_depth as u64,
            commit_errors: self.commit_errors.load(Relaxed),
            last_commit_micros: self.last_commit_micros.load(Relaxed),
            wal_bytes: self.wal_pages.load(Relaxed) * FRAME_BYTES,
            read_indexes: self.read_indexes.load(Relaxed),
            checkpoints: self.checkpoints.load(Relaxed),
        }
    }
}
