//! Copying the write-ahead log into the database, on a thread of its own so that no commit waits for it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded};
use parking_lot::{Mutex, MutexGuard};

use super::Options;
use super::connection::driver_error;
use crate::driver::DriverError;
use crate::driver::stats::{Counters, FRAME_BYTES};

/// Transactions between two looks up to which a log may be cut off: about the background tasks of a server that has little to do.
const FEW_COMMITS: u64 = 100;

/// A file of so many pages stays: to make it anew would cost the next commits more than the space is worth.
const SMALL_LOG_PAGES: u64 = 4096;

/// The length of the log, in pages, at which the writer waits until it can begin anew.
pub(super) const fn longest_log(threshold: u64) -> u64 {
    threshold.saturating_add(threshold.div_ceil(4))
}

/// Bytes of a log that may stay.
fn small_log(threshold: u64) -> u64 {
    SMALL_LOG_PAGES.min(threshold) * FRAME_BYTES
}

/// What the writer and the checkpointer share.
struct Shared {
    /// The log length, in pages, at which the checkpointer is woken.
    wake_at: AtomicU64,
    threshold: u64,
    /// Held for each write transaction and for the blocking checkpoint: better than SQLite's own waiting, which sleeps and polls.
    turn: Mutex<()>,
    /// Whether the writer is to cut the file off when it begins the log anew.
    is_to_be_cut: AtomicBool,
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

    /// The length in bytes to which the log is to be cut off by the transaction that begins it anew, where one is to. The writer does that
    /// itself: to it, a log that another connection empties looks as if somebody else had written.
    pub(super) fn cut(&self) -> Option<u64> {
        self.shared.is_to_be_cut.swap(false, Relaxed).then(|| small_log(self.shared.threshold))
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
    log: PathBuf,
    rest_after: Duration,
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
    pub(super) fn new(conn: rusqlite::Connection, options: &Options, log: PathBuf, counters: Arc<Counters>) -> (Self, Trigger) {
        let threshold = options.checkpoint_pages.max(1);
        let shared =
            Arc::new(Shared { wake_at: AtomicU64::new(threshold), threshold, turn: Mutex::new(()), is_to_be_cut: AtomicBool::new(false) });
        let (wake, woken) = bounded(1);
        (Self { conn, shared: shared.clone(), woken, counters, log, rest_after: options.rest_after }, Trigger { shared, wake })
    }

    pub(super) fn run(self) {
        let mut commits = self.counters.batches.load(Relaxed);
        loop {
            match self.woken.recv_timeout(self.rest_after) {
                Ok(()) => match self.keep_short() {
                    // Readers may keep the log from beginning anew: not again before it has grown by as much as matters.
                    Ok(log) => self.shared.wake_at.store(log + (self.shared.threshold / 4).max(1), Relaxed),
                    Err(error) => tracing::warn!(%error, "a checkpoint failed; the next commit asks again"),
                },
                Err(RecvTimeoutError::Timeout) => {
                    let before = std::mem::replace(&mut commits, self.counters.batches.load(Relaxed));
                    if commits.saturating_sub(before) <= FEW_COMMITS
                        && let Err(error) = self.shrink()
                    {
                        tracing::warn!(%error, "the log could not be made short; it is tried again");
                    }
                }
                Err(RecvTimeoutError::Disconnected) => break,
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
        if self.counters.wal_pages.load(Relaxed) < longest_log(self.shared.threshold) {
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

    /// Has the space of a log given back that has grown and is little used, by the next write: beginning anew leaves the file as long as it was.
    fn shrink(&self) -> Result<(), DriverError> {
        if std::fs::metadata(&self.log).map_or(0, |file| file.len()) <= small_log(self.shared.threshold) {
            return Ok(());
        }
        let passive = self.checkpoint("PRAGMA wal_checkpoint(PASSIVE)")?;
        if passive.copied == passive.log {
            let _turn = self.shared.turn.lock();
            if !self.checkpoint("PRAGMA wal_checkpoint(RESTART)")?.busy {
                self.shared.is_to_be_cut.store(true, Relaxed);
            }
        }
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::sqlite::connection::limit;

    const THRESHOLD: u64 = 64;

    /// A database, and a writer whose log has grown to at least so many pages.
    struct Scene {
        writer: rusqlite::Connection,
        checkpointer: Checkpointer,
        trigger: Trigger,
        _folder: tempfile::TempDir,
    }

    impl Scene {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("a.db");
            let open = || {
                let conn = rusqlite::Connection::open(&file).unwrap();
                conn.query_row("PRAGMA wal_autocheckpoint=0", (), |_| Ok(())).unwrap();
                conn
            };
            let mut writer = open();
            writer.pragma_update(None, "journal_mode", "WAL").unwrap();
            writer.execute_batch("CREATE TABLE a (b BLOB)").unwrap();
            let counters = Arc::new(Counters::default());
            let seen = counters.clone();
            writer
                .wal_hook(Some(move |_: &mut _, pages: i32| {
                    seen.wal_pages.store(u64::try_from(pages).unwrap_or(0), Relaxed);
                    Ok(())
                }))
                .unwrap();
            let options = Options { checkpoint_pages: THRESHOLD, ..Options::default() };
            let (checkpointer, trigger) = Checkpointer::new(open(), &options, folder.path().join("a.db-wal"), counters);
            Self { writer, checkpointer, trigger, _folder: folder }
        }

        fn write(&self) {
            let cut = self.trigger.cut();
            limit(&self.writer, cut);
            self.writer.execute("INSERT INTO a VALUES (randomblob(4000))", ()).unwrap();
            limit(&self.writer, None);
        }

        fn version(&self) -> i64 {
            self.writer.pragma_query_value(None, "data_version", |row| row.get(0)).unwrap()
        }

        fn pages(&self) -> u64 {
            self.checkpointer.counters.wal_pages.load(Relaxed)
        }

        fn file(&self) -> u64 {
            std::fs::metadata(&self.checkpointer.log).unwrap().len()
        }

        fn grow_to(&self, pages: u64) {
            while self.pages() < pages {
                self.write();
            }
        }
    }

    #[test]
    fn a_quarter_past_the_threshold_the_log_begins_anew() {
        let scene = Scene::new();
        scene.grow_to(THRESHOLD);
        scene.checkpointer.keep_short().unwrap();
        scene.grow_to(longest_log(THRESHOLD));
        assert!(scene.pages() <= 2 * THRESHOLD);
        scene.checkpointer.keep_short().unwrap();
        scene.write();
        assert!(scene.pages() < THRESHOLD / 4, "{} pages", scene.pages());
        assert!(scene.file() <= 2 * THRESHOLD * FRAME_BYTES, "the file is as long as the log ever was");
    }

    #[test]
    fn a_log_that_has_grown_is_cut_off_by_the_next_write_which_looks_like_nobody_elses() {
        let scene = Scene::new();
        scene.grow_to(2 * THRESHOLD);
        scene.checkpointer.keep_short().unwrap();
        let version = scene.version();
        assert!(scene.file() > THRESHOLD * FRAME_BYTES);
        scene.checkpointer.shrink().unwrap();
        scene.write();
        assert!(scene.file() <= small_log(THRESHOLD) + 32 && scene.pages() < THRESHOLD, "{} bytes", scene.file());
        assert_eq!(scene.version(), version);
        let other = rusqlite::Connection::open(scene.writer.path().unwrap()).unwrap();
        other.execute("INSERT INTO a VALUES (1)", ()).unwrap();
        assert_ne!(scene.version(), version, "what somebody else writes does look so");
    }

    #[test]
    fn a_log_that_is_being_read_is_left_alone() {
        let scene = Scene::new();
        scene.write();
        let reader = rusqlite::Connection::open(scene.writer.path().unwrap()).unwrap();
        reader.execute_batch("BEGIN").unwrap();
        reader.query_row("SELECT count(*) FROM a", (), |row| row.get::<_, i64>(0)).unwrap();
        scene.grow_to(2 * THRESHOLD);
        scene.checkpointer.shrink().unwrap();
        scene.write();
        assert!(scene.file() > THRESHOLD * FRAME_BYTES);
        assert_eq!(reader.query_row("SELECT count(*) FROM a", (), |row| row.get::<_, i64>(0)).unwrap(), 1);
    }
}
