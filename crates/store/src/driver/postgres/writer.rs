//! The one task that writes for this process: whatever has queued becomes one transaction under the lock of all writers, every
//! caller answered after the commit and not before.

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future::join;
use tokio::sync::oneshot;

use super::connection::{PgConnection, Trouble};
use super::failure::{commit_error, lost};
use super::link::Link;
use super::links::Links;
use crate::driver::queue::WriteQueue;
use crate::driver::stats::Counters;
use crate::driver::{Connection, DriverError, Param, Work};

/// How often a batch runs whose transaction conflicted or lost its connection before the commit.
const RUNS_AT_MOST: u32 = 3;

/// A queued write, its types hidden.
pub(super) trait Command: Send {
    /// Runs the work; `false` where it failed and is to be rolled back. May be called once more when the transaction is run again.
    fn run<'a>(&'a mut self, conn: &'a mut PgConnection) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>>;

    /// What its last run sent failed after all.
    fn fail(&mut self, error: DriverError);

    /// Answers the caller. With an error of the transaction, whatever the command itself found is withheld: it may have been
    /// decided on a neighbour's change that does not hold.
    fn settle(self: Box<Self>, transaction: Result<(), DriverError>);
}

pub(super) type Queued = Box<dyn Command>;

pub(super) struct Write<T, E, F> {
    work: F,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Write<T, E, F> {
    pub(super) const fn new(work: F, reply: oneshot::Sender<Result<T, E>>) -> Self {
        Self { work, result: None, reply }
    }
}

impl<T, E, F> Command for Write<T, E, F>
where
    F: for<'c> FnOnce(&'c mut dyn Connection) -> Work<'c, T, E> + Clone + Send,
    T: Send,
    E: From<DriverError> + Send,
{
    fn run<'a>(&'a mut self, conn: &'a mut PgConnection) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>> {
        Box::pin(async move {
            let result = guarded(self.work.clone(), conn).await;
            let keep = result.is_ok();
            self.result = Some(result);
            keep
        })
    }

    fn fail(&mut self, error: DriverError) {
        self.result = Some(Err(error.into()));
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

/// Turns a panic into an error. The connection survives: answers without a waiting caller are dropped.
pub(super) async fn guarded<'c, T, E, F>(work: F, conn: &'c mut PgConnection) -> Result<T, E>
where
    F: FnOnce(&'c mut dyn Connection) -> Work<'c, T, E>,
    E: From<DriverError>,
{
    let run = AssertUnwindSafe(async move { work(conn).await }).catch_unwind().await;
    run.unwrap_or_else(|_| Err(DriverError::Bug("it panicked".into()).into()))
}

/// Why a transaction is not known to hold.
enum Failed {
    /// Nothing of it holds, and running it once more may help.
    Again(DriverError),
    /// One of its commands failed, which must not undo the others.
    ForOne,
    /// As it says.
    Finally(DriverError),
}

pub(super) struct Writer {
    pub(super) links: Links,
    pub(super) queue: Arc<WriteQueue<Queued>>,
    pub(super) counters: Arc<Counters>,
    pub(super) patience: Duration,
}

// However the task ends, no caller is left waiting for an answer.
impl Drop for Writer {
    fn drop(&mut self) {
        self.queue.abandon();
    }
}

impl Writer {
    /// Until the queue is closed and empty.
    pub(super) async fn run(self) {
        while let Some(mut batch) = self.queue.next().await {
            let outcome = self.batch(&mut batch).await;
            self.counters.commands.fetch_add(batch.len() as u64, Relaxed);
            self.counters.batches.fetch_add(1, Relaxed);
            self.counters.largest_batch.fetch_max(batch.len() as u64, Relaxed);
            for command in batch {
                command.settle(outcome.clone());
            }
        }
    }

    /// First all commands as they are, since nearly none fails; where one does, once more with a savepoint for each.
    async fn batch(&self, batch: &mut VecDeque<Queued>) -> Result<(), DriverError> {
        let (mut runs, mut apart) = (1, false);
        loop {
            let error = match self.transaction(batch, apart).await {
                Ok(()) => return Ok(()),
                Err(Failed::ForOne) => {
                    apart = true;
                    continue;
                }
                Err(Failed::Again(error)) if runs < RUNS_AT_MOST => {
                    tracing::info!(%error, "a transaction that did not happen is run again");
                    runs += 1;
                    continue;
                }
                Err(Failed::Again(error) | Failed::Finally(error)) => error,
            };
            self.counters.commit_errors.fetch_add(1, Relaxed);
            tracing::warn!(%error, "a transaction failed; the next one tries again");
            return Err(error);
        }
    }

    async fn transaction(&self, batch: &mut VecDeque<Queued>, apart: bool) -> Result<(), Failed> {
        let link = self.links.get().await.map_err(Failed::Finally)?;
        let done = self.on(&link, batch, apart).await;
        if !matches!(done, Ok(()) | Err(Failed::ForOne)) {
            // Whatever is left open on it goes with it.
            self.links.discard(&link);
        }
        done
    }

    async fn on(&self, link: &Arc<Link>, batch: &mut VecDeque<Queued>, apart: bool) -> Result<(), Failed> {
        let mut control = PgConnection::patient(link.clone(), self.patience);
        begin(&mut control, &mut PgConnection::patient(link.clone(), self.patience)).await?;
        if apart {
            self.apart(link, batch, &mut control).await?;
        } else if !self.together(link, batch).await? {
            control.control("ROLLBACK").await.map_err(|error| sorted(error, control.trouble()))?;
            // Alone it has nothing to undo but its own.
            return if batch.len() == 1 { Ok(()) } else { Err(Failed::ForOne) };
        }
        link.take_warning();
        self.commit(link).await?;
        if link.take_warning() {
            let what = "PostgreSQL warned at the commit: a standby may not have it";
            return Err(Failed::Finally(DriverError::OutcomeUnknown(what.into())));
        }
        Ok(())
    }

    /// Runs the commands one after the other, up to the first that fails; whether none did.
    async fn together(&self, link: &Arc<Link>, batch: &mut VecDeque<Queued>) -> Result<bool, Failed> {
        let mut conn = PgConnection::patient(link.clone(), self.patience);
        for command in batch.iter_mut() {
            if !command.run(&mut conn).await {
                // What it sent before it failed is on its way.
                let _ = conn.settle().await;
                return fit(&conn).map(|()| false);
            }
            fit(&conn)?;
        }
        // A commit after an error rolls back without saying so.
        let settled = conn.settle().await;
        fit(&conn)?;
        if let (Err(error), Some(last)) = (&settled, batch.back_mut()) {
            last.fail(error.clone());
        }
        Ok(settled.is_ok())
    }

    /// Runs each command in a savepoint of its own, to which one that fails is rolled back.
    async fn apart(&self, link: &Arc<Link>, batch: &mut VecDeque<Queued>, control: &mut PgConnection) -> Result<(), Failed> {
        for command in batch.iter_mut() {
            let mut conn = PgConnection::patient(link.clone(), self.patience);
            let (begun, mut keep) = join(control.control(SAVEPOINT), command.run(&mut conn)).await;
            begun.map_err(|error| sorted(error, control.trouble()))?;
            if let Err(error) = conn.settle().await {
                command.fail(error);
                keep = false;
            }
            fit(&conn)?;
            if !keep {
                control.control(ROLL_BACK).await.map_err(|error| sorted(error, control.trouble()))?;
            }
            control.control(RELEASE).await.map_err(|error| sorted(error, control.trouble()))?;
        }
        Ok(())
    }

    #[expect(clippy::disallowed_methods, reason = "how long a commit took is a measurement: nothing is decided by it")]
    async fn commit(&self, link: &Arc<Link>) -> Result<(), Failed> {
        let begun = Instant::now();
        let commit = async {
            let statement = link.prepare("COMMIT".into(), &[]).await.map_err(|_| Failed::Again(lost()))?;
            let committed = link.client().execute_raw::<_, Param<'_>, _>(&statement, []).await;
            committed.map_err(|error| Failed::Finally(commit_error(&error)))
        };
        let committed = tokio::time::timeout(self.patience, commit).await;
        self.counters.last_commit_micros.store(begun.elapsed().as_micros() as u64, Relaxed);
        let silent = || Failed::Finally(DriverError::OutcomeUnknown("PostgreSQL did not answer the commit".into()));
        committed.map_err(|_| silent())?.map(drop)
    }
}

/// The lock of all writers.
pub(crate) const LOCK: &str = "SELECT 1 FROM (SELECT pg_advisory_xact_lock(1129073490, 1)) AS locked";
const SAVEPOINT: &str = "SAVEPOINT command";
const RELEASE: &str = "RELEASE SAVEPOINT command";
const ROLL_BACK: &str = "ROLLBACK TO SAVEPOINT command";

/// Begins a transaction and waits for the turn to write.
async fn begin(control: &mut PgConnection, locking: &mut PgConnection) -> Result<(), Failed> {
    let mut ignored = |_: &dyn crate::driver::Row| Ok(std::ops::ControlFlow::Continue(()));
    let lock = locking.query(LOCK.into(), &[], &mut ignored);
    let (begun, locked) = join(control.control("BEGIN"), lock).await;
    begun.map_err(|error| sorted(error, control.trouble()))?;
    locked.map_err(|error| sorted(error, locking.trouble()))
}

/// Whether the connection, and the transaction on it, can go on.
fn fit(conn: &PgConnection) -> Result<(), Failed> {
    let trouble = conn.trouble();
    if trouble.again || trouble.lost { Err(sorted(lost(), trouble)) } else { Ok(()) }
}

/// Before the commit is sent, every failure means that nothing happened.
fn sorted(error: DriverError, trouble: Trouble) -> Failed {
    if trouble.lost || trouble.again { Failed::Again(error) } else { Failed::Finally(error) }
}
