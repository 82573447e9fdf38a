//! Reads of several statements, each from one snapshot on a connection of its own for as long as it takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use futures_util::future::join;
use parking_lot::Mutex;
use tokio::sync::Semaphore;

use super::connection::PgConnection;
use super::link::Link;
use super::links::Opening;
use super::writer::guarded;
use crate::driver::{Connection, DriverError, Work};

/// The connections for such reads.
pub(super) struct Snapshots {
    opening: Opening,
    /// Last in, first out, so that the others become idle and are closed.
    idle: Mutex<Vec<Arc<Link>>>,
    turns: Semaphore,
    waiting: AtomicUsize,
    waiting_at_most: usize,
    patience: Duration,
}

/// A read that waits or runs.
struct Waiting<'s>(&'s AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

impl Snapshots {
    pub(super) fn new(opening: Opening, patience: Duration) -> Self {
        let (connections, waiting_at_most) = (opening.options.snapshot_connections.max(1), opening.options.snapshot_queue_capacity);
        let turns = Semaphore::new(connections);
        Self { opening, idle: Mutex::default(), turns, waiting: AtomicUsize::new(0), waiting_at_most, patience }
    }

    /// Runs a read; once more where its connection turned out to be lost.
    pub(super) async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'c> FnOnce(&'c mut dyn Connection) -> Work<'c, T, E> + Clone + Send,
        T: Send,
        E: From<DriverError> + Send,
    {
        let waiting = self.waiting.fetch_add(1, Relaxed);
        let _waiting = Waiting(&self.waiting);
        if waiting >= self.waiting_at_most {
            return Err(DriverError::Overloaded.into());
        }
        let shut_down = |_| DriverError::Unavailable("the store is shut down".into());
        let _turn = self.turns.acquire().await.map_err(shut_down)?;
        let pooled = self.idle.lock().pop();
        if let Some(link) = pooled
            && let (result, false) = self.on(link, work.clone()).await
        {
            return result;
        }
        // One that rested too long says nothing about the others.
        self.idle.lock().retain(|link| !link.is_closed());
        let link = self.opening.open().await?;
        self.on(link, work).await.0
    }

    async fn on<T, E, F>(&self, link: Arc<Link>, work: F) -> (Result<T, E>, bool)
    where
        F: for<'c> FnOnce(&'c mut dyn Connection) -> Work<'c, T, E> + Send,
        E: From<DriverError>,
    {
        let Read { result, lost, reusable } = on_snapshot(&link, Some(self.patience), work).await;
        if reusable {
            self.idle.lock().push(link);
        }
        (result, lost)
    }

    /// Closes what is idle, and refuses what waits.
    pub(super) fn close(&self) {
        self.turns.close();
        self.idle.lock().clear();
    }
}

/// The outcome of a read, and the state of its connection.
pub(super) struct Read<T, E> {
    pub(super) result: Result<T, E>,
    lost: bool,
    reusable: bool,
}

/// Reads from one snapshot, waiting for each answer no longer than `patience`.
pub(super) async fn on_snapshot<T, E, F>(link: &Arc<Link>, patience: Option<Duration>, work: F) -> Read<T, E>
where
    F: for<'c> FnOnce(&'c mut dyn Connection) -> Work<'c, T, E> + Send,
    E: From<DriverError>,
{
    let connection = || match patience {
        Some(patience) => PgConnection::patient(link.clone(), patience),
        None => PgConnection::new(link.clone()),
    };
    let (mut control, mut conn) = (connection(), connection());
    let begin = control.control("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    let (begun, result) = join(begin, guarded(work, &mut conn)).await;
    let lost_in_between = conn.trouble().lost;
    if let Err(error) = begun {
        return Read { result: Err(error.into()), lost: lost_in_between || control.trouble().lost, reusable: false };
    }
    let ended = control.control("ROLLBACK").await;
    let lost = lost_in_between || control.trouble().lost;
    Read { result, lost, reusable: ended.is_ok() && !lost }
}
