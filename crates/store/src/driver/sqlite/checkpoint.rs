//! Copying the write-ahead log into the database, on a thread of its own so that no commit waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use parking_lot::{Mutex, MutexGuard};

use super::connection::driver_error;
use crate::driver::DriverError;
use crate::driver::stats::Counters;

/// What the writer and the checkpointer share.
struct Shared {
    /// The log length, in pages, at which the checkpointer is woken.
    wake_at: AtomicU64,
    threshold: u64,
    /// Held for each write transaction and for the blocking checkpoint: better than SQLite's own waiting, which sleeps and polls.
    turn: Mutex<()>,
}

/// The writer's end. When every one of them is dropped, the checkpointer makes its last checkpoint and ends.
#[derive(Clone)]
pub(super) struct Trigger {
    shared: Arc<Shared>,
    wake: Sender<()>,
}

impl Trigger {
    pub(super) fn writers_turn(&self) -> MutexGuard<'_, ()> {
        self.shared.turn.lock()
    }

    pub(super) fn after_commit(&self, wal_pages: u64) {
        if wal_pages < self.shared.threshold {
            // The log has begun anew.
            self.shared.wake_at.store(self.shared.threshold, Relaxed);
        } else if wal_pages >= self.shared.wake_at.load(Relaxed)
            && let Err(TrySendError::Disconnected(())) = self.wake.try_send(())
        {
            tracing::error!(wal_pages, "the checkpoint thread is gone; the log grows");
        }
    }
}

pub(super) struct Checkpointer {
    conn: rusqlite::Connection,
    shared: Arc<Shared>,
    woken: Receiver<()>,
    counters: Arc<Counters>,
}

/// What SQLite says of a checkpoint.
struct Progress {
    /// It could not do all it was asked because of readers or a writer.
    busy: bool,
    /// Pages in the log.
    log: u64,
    /// Of those, copied.
    copied: u64,
}

impl Checkpointer {
    /// `conn` should have a short busy timeout: a blocking checkpoint makes the writer wait as long.
    pub(super) fn new(conn: rusqlite::Connection, threshold: u64, counters: Arc<Counters>) -> (Self, Trigger) {
        let shared = Arc::new(Shared { wake_at: AtomicU64::new(threshold), threshold, turn: Mutex::new(()) });
        let (wake, woken) = bounded(1);
        (Self { conn, shared: shared.clone(), woken, counters }, Trigger { shared, wake })
    }

    pub(super) fn run(self) {
        while self.woken.recv().is_ok() {
            match self.keep_short() {
                // Readers may keep the log from beginning anew: not again before it has grown by as much as matters.
                Ok(log) => self.shared.wake_at.store(log + (self.shared.threshold / 4).max(1), Relaxed),
                Err(error) => tracing::warn!(%error, "a checkpoint failed; the next commit asks again"),
            }
        }
        match self.checkpoint("PRAGMA wal_checkpoint(TRUNCATE)") {
            Ok(progress) if progress.busy => tracing::warn!("the last checkpoint was kept from its end; the log stays"),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the last checkpoint failed; the log stays"),
        }
    }

    /// Answers the pages left in the log.
    fn keep_short(&self) -> Result<u64, DriverError> {
        let passive = self.checkpoint("PRAGMA wal_checkpoint(PASSIVE)")?;
        if self.counters.wal_pages.load(Relaxed) < 2 * self.shared.threshold {
            return Ok(passive.log);
        }
        if passive.copied < passive.log {
            // A long read has its snapshot in the log. To wait for it would hold up the writer for nothing.
            tracing::warn!(pages = passive.log, copied = passive.copied, "a long read keeps the write-ahead log growing");
            return Ok(passive.log);
        }
        // A passive checkpoint never catches up with a writer that does not pause. All but the newest is copied by now, so that
        // holding the writer costs the rest and one sync.
        let _turn = self.shared.turn.lock();
        Ok(self.checkpoint("PRAGMA wal_checkpoint(RESTART)")?.log)
    }

    fn checkpoint(&self, sql: &'static str) -> Result<Progress, DriverError> {
        self.counters.checkpoints.fetch_add(1, Relaxed);
        self.conn
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.query_row((), |row| {
                    let pages = |col| row.get::<_, i64>(col).map(|pages| u64::try_from(pages).unwrap_or(0));
                    Ok(Progress { busy: row.get::<_, i64>(0)? != 0, log: pages(1)?, copied: pages(2)? })
                })
            })
            .map_err(driver_error)
    }
}
