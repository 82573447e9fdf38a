//! The one thread that writes: whatever has queued becomes one transaction, each command in its savepoint, every caller answered
//! after the commit and not before.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

use tokio::sync::oneshot;

use super::checkpoint::Trigger;
use super::connection::{SqliteConnection, ready_now};
use super::prepared::ByAddress;
use super::watch::Changed;
use crate::driver::queue::WriteQueue;
use crate::driver::stats::Counters;
use crate::driver::{Connection, DriverError, Work};
use crate::live::{Fact, Live};

pub(super) type Queued = Box<dyn Command>;

/// The connection that writes.
pub(super) type Writing<'c> = SqliteConnection<ByAddress<'c>>;

/// A queued write, its types hidden.
pub(super) trait Command: Send {
    /// Runs the work; `false` where it failed and is to be rolled back. Does not unwind.
    fn run(&mut self, conn: &mut Writing<'_>) -> bool;

    /// Answers the caller. With an error of the transaction, whatever the command itself found is withheld: it may have been
    /// decided on a neighbour's change that does not hold.
    fn settle(self: Box<Self>, transaction: Result<(), DriverError>);
}

pub(super) struct Write<T, E, F> {
    work: Option<F>,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Write<T, E, F> {
    pub(super) fn new(work: F, reply: oneshot::Sender<Result<T, E>>) -> Self {
        Self { work: Some(work), result: None, reply }
    }
}

impl<T, E, F> Command for Write<T, E, F>
where
    F: for<'c> FnOnce(&'c mut dyn Connection) -> Work<'c, T, E> + Send,
    T: Send,
    E: From<DriverError> + Send,
{
    fn run(&mut self, conn: &mut Writing<'_>) -> bool {
        let Some(work) = self.work.take() else { return false };
        let result = guarded(|| ready_now(work(conn)));
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn settle(self: Box<Self>, transaction: Result<(), DriverError>) {
        let answer = match (transaction, self.result) {
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(DriverError::Bug("it was never run".into()).into()),
            (Err(error), _) => Err(error.into()),
        };
        // The caller may have hung up; the command was run for its effect, not for its answer.
        let _ = self.reply.send(answer);
    }
}

/// Turns a panic into an error. The connection survives one: statements are reset as they are dropped.
pub(super) fn guarded<T, E: From<DriverError>>(work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(DriverError::Bug("it panicked".into()).into()))
}

pub(super) struct Writer<'c> {
    pub(super) conn: Writing<'c>,
    pub(super) queue: Arc<WriteQueue<Queued>>,
    pub(super) counters: Arc<Counters>,
    pub(super) watching: Watching,
}

/// What keeps the facts in memory true.
pub(super) struct Watching {
    pub(super) live: Arc<Live>,
    pub(super) changed: Changed,
    /// What tells whether anybody else has written, as it was at the end of the last transaction; `None` before the first.
    pub(super) version: Option<i64>,
}

/// Facts that are out of use until the end of their transaction is known.
struct InDoubt<'w> {
    live: &'w Live,
    facts: Vec<Fact>,
}

impl Drop for InDoubt<'_> {
    fn drop(&mut self) {
        if !self.facts.is_empty() {
            self.live.settle(&self.facts);
        }
    }
}

impl Watching {
    /// Whoever opens the file beside this store and writes is noticed when a transaction begins, since SQLite then gives this connection
    /// another data version: only its own commits leave it as it is.
    fn notice_others(&mut self, conn: &mut Writing<'_>) -> Result<(), DriverError> {
        let version = conn.data_version()?;
        if self.version.replace(version).is_some_and(|before| before != version) {
            self.live.forget_all();
        }
        Ok(())
    }

    /// Takes what the transaction has changed out of use. To be dropped when it is committed or rolled back, before anybody is answered.
    fn doubt(&self) -> InDoubt<'_> {
        let facts = self.changed.take();
        self.live.doubt(&facts);
        InDoubt { live: &self.live, facts }
    }
}

// However the thread ends, no caller is left waiting for an answer.
impl Drop for Writer<'_> {
    fn drop(&mut self) {
        self.queue.abandon();
    }
}

impl Writer<'_> {
    /// Until the queue is closed and empty. `checkpoints` is borrowed so that it outlives the connection.
    pub(super) fn run(mut self, checkpoints: &Trigger) {
        while let Some(mut batch) = self.queue.take() {
            while !batch.is_empty() {
                self.transaction(&mut batch, checkpoints);
            }
        }
    }

    /// Takes from `batch` what it answered: at least one command.
    fn transaction(&mut self, batch: &mut VecDeque<Queued>, checkpoints: &Trigger) {
        let turn = checkpoints.writers_turn();
        let cut = checkpoints.cut();
        if cut.is_some() {
            self.conn.limit_log(cut);
        }
        if let Err(error) = self.begin() {
            failed(&self.counters, "begin", &error);
            drop(turn);
            return answer(batch.drain(..), &Err(error));
        }
        let mut run = Vec::with_capacity(batch.len());
        let mut outcome = Ok(());
        while let Some(mut command) = batch.pop_front() {
            let alive = self.command(&mut *command);
            run.push(command);
            if let Err(error) = alive {
                outcome = Err(error);
                break;
            }
        }
        outcome = self.finish(outcome);
        if cut.is_some() {
            self.conn.limit_log(None);
        }
        drop(turn);
        self.counters.commands.fetch_add(run.len() as u64, Relaxed);
        self.counters.batches.fetch_add(1, Relaxed);
        self.counters.largest_batch.fetch_max(run.len() as u64, Relaxed);
        answer(run.into_iter(), &outcome);
        checkpoints.after_commit(self.counters.wal_pages.load(Relaxed));
    }

    fn begin(&mut self) -> Result<(), DriverError> {
        self.roll_back();
        self.conn.control("BEGIN IMMEDIATE")?;
        self.watching.notice_others(&mut self.conn)
    }

    /// Commits what went well, or rolls back. The facts in memory follow before this returns.
    fn finish(&mut self, outcome: Result<(), DriverError>) -> Result<(), DriverError> {
        let Self { conn, counters, watching, .. } = self;
        let in_doubt = watching.doubt();
        let outcome = outcome.and_then(|()| commit(conn, counters));
        if let Err(error) = &outcome {
            failed(counters, "commit", error);
            roll_back(conn);
        }
        drop(in_doubt);
        outcome
    }

    /// An error means that the whole transaction is lost, not that the command failed.
    fn command(&mut self, command: &mut dyn Command) -> Result<(), DriverError> {
        self.conn.control("SAVEPOINT command")?;
        let keep = command.run(&mut self.conn);
        // A full disk or a failed read may make SQLite roll back everything, with what the neighbours did.
        if !self.conn.in_transaction() {
            return Err(DriverError::Unavailable("the transaction was rolled back by the database".into()));
        }
        if !keep {
            self.conn.control("ROLLBACK TO command")?;
        }
        self.conn.control("RELEASE command")
    }

    fn roll_back(&mut self) {
        roll_back(&mut self.conn);
    }
}

#[expect(clippy::disallowed_methods, reason = "how long a commit took is a measurement: nothing is decided by it")]
fn commit(conn: &mut Writing<'_>, counters: &Counters) -> Result<(), DriverError> {
    let begun = Instant::now();
    let result = conn.control("COMMIT");
    counters.last_commit_micros.store(begun.elapsed().as_micros() as u64, Relaxed);
    result.map_err(|error| match error {
        DriverError::Constraint(_) => error,
        // Still open: nothing of it was written, and it is rolled back now.
        _ if conn.in_transaction() => DriverError::Unavailable(error.to_string()),
        // The commit record may be in the log although writing or syncing it failed, and a crash now could bring it to life.
        _ => DriverError::OutcomeUnknown(error.to_string()),
    })
}

fn roll_back(conn: &mut Writing<'_>) {
    if conn.in_transaction()
        && let Err(error) = conn.control("ROLLBACK")
    {
        tracing::error!(%error, "a transaction could not be rolled back");
    }
}

fn failed(counters: &Counters, step: &'static str, error: &DriverError) {
    counters.commit_errors.fetch_add(1, Relaxed);
    tracing::warn!(step, %error, "a transaction failed; the next one tries again");
}

fn answer(commands: impl Iterator<Item = Queued>, outcome: &Result<(), DriverError>) {
    for command in commands {
        command.settle(outcome.clone());
    }
}

#[cfg(test)]
mod tests {
    use parking_lot::Mutex;

    use super::*;
    use crate::driver::params;
    use crate::driver::sqlite::schema;
    use crate::migrate;

    #[test]
    fn what_changes_is_out_of_use_when_the_commit_begins_and_of_use_again_behind_it() {
        let mut raw = rusqlite::Connection::open_in_memory().unwrap();
        schema::make(&raw, migrate::SQLITE).unwrap();
        let (live, changed) = (Arc::new(Live::within(1 << 20)), Changed::by(&raw).unwrap());
        let before = live.position();
        let (asked, during) = (live.clone(), Arc::new(Mutex::new(None)));
        let seen = during.clone();
        raw.commit_hook(Some(move || {
            *seen.lock() = Some(asked.hold(Fact::SERVER, before) || asked.hold(Fact::SERVER, asked.position()));
            false
        }))
        .unwrap();
        let queue = Arc::new(WriteQueue::new(8, 8, 8));
        let watching = Watching { live: live.clone(), changed, version: None };
        let mut writer = Writer { conn: SqliteConnection::here(&raw), queue, counters: Arc::default(), watching };
        writer.begin().unwrap();
        ready_now::<_, DriverError>(writer.conn.change("UPDATE server SET epoch = epoch + $1", params![1_i64])).unwrap();
        assert!(live.hold(Fact::SERVER, before), "nothing is committed yet");
        writer.finish(Ok(())).unwrap();
        assert_eq!(*during.lock(), Some(false));
        assert!(!live.hold(Fact::SERVER, before) && live.hold(Fact::SERVER, live.position()));
    }
}
