//! Connections that only read: a pool for point reads on the caller's thread, and threads for whatever scans.

use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use parking_lot::{Mutex, RwLock};
use tokio::sync::oneshot;

use super::Options;
use super::connection::{SqliteConnection, ready_now};
use super::opening::{OpenError, Place, spawn};
use super::prepared::{ByAddress, Prepared};
use super::writer::guarded;
use crate::driver::{Connection, DriverError, Work};

type Job = Box<dyn FnOnce(&mut SqliteConnection<ByAddress<'_>>) + Send>;

pub(super) struct Readers {
    place: Place,
    /// Last in, first out: the connection used last has the warmest cache.
    idle: Mutex<Vec<SqliteConnection>>,
    idle_max: usize,
    /// `None` once shut down.
    jobs: RwLock<Option<Sender<Job>>>,
}

impl Readers {
    pub(super) fn start(place: Place, options: &Options) -> Result<(Self, Vec<JoinHandle<()>>), OpenError> {
        let (sender, receiver) = bounded::<Job>(options.read_queue_capacity);
        let mut threads = Vec::new();
        for number in 0..options.reader_threads.max(1) {
            let raw = place.reader()?;
            let jobs = receiver.clone();
            threads.push(spawn(&format!("sqlite-read-{number}"), move || serve(&raw, &jobs))?);
        }
        let readers = Self { place, idle: Mutex::default(), idle_max: options.idle_readers, jobs: RwLock::new(Some(sender)) };
        Ok((readers, threads))
    }

    pub(super) fn here<T, E: From<DriverError>>(&self, work: impl FnOnce(&mut SqliteConnection) -> Result<T, E>) -> Result<T, E> {
        if self.jobs.read().is_none() {
            return Err(shut_down().into());
        }
        let pooled = self.idle.lock().pop();
        let mut conn = match pooled {
            Some(conn) => conn,
            None => SqliteConnection::new(self.place.reader().map_err(|error| DriverError::Unavailable(error.to_string()))?),
        };
        let result = work(&mut conn);
        // Put back while holding the lock that shutting down takes, so that none is left open behind its back.
        let open = self.jobs.read();
        if open.is_some() && !conn.in_transaction() {
            let mut idle = self.idle.lock();
            if idle.len() < self.idle_max {
                idle.push(conn);
            }
        }
        result
    }

    pub(super) fn queue<T, E, F>(&self, work: F) -> Result<oneshot::Receiver<Result<T, E>>, DriverError>
    where
        F: for<'c> FnOnce(&'c mut dyn Connection) -> Work<'c, T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DriverError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |conn| {
            // No caller waits any more, and a read changes nothing.
            if !reply.is_closed() {
                let _ = reply.send(snapshot(conn, work));
            }
        });
        let jobs = self.jobs.read();
        match jobs.as_ref().map(|jobs| jobs.try_send(job)) {
            Some(Ok(())) => Ok(answer),
            Some(Err(TrySendError::Full(_))) => Err(DriverError::Overloaded),
            Some(Err(TrySendError::Disconnected(_))) | None => Err(shut_down()),
        }
    }

    /// Takes no more; reader threads end when they have served what is queued.
    pub(super) fn close(&self) {
        self.jobs.write().take();
        self.idle.lock().clear();
    }
}

fn shut_down() -> DriverError {
    DriverError::Unavailable("the store is shut down".into())
}

fn serve(raw: &rusqlite::Connection, jobs: &Receiver<Job>) {
    let mut conn = SqliteConnection::here(raw);
    for job in jobs {
        job(&mut conn);
    }
}

/// Several statements, one snapshot.
pub(super) fn snapshot<T, E: From<DriverError>>(
    conn: &mut SqliteConnection<impl Prepared>,
    work: impl for<'c> FnOnce(&'c mut dyn Connection) -> Work<'c, T, E>,
) -> Result<T, E> {
    conn.control("BEGIN DEFERRED")?;
    let result = guarded(|| ready_now(work(conn)));
    // The snapshot must end whether or not the reads failed, or the log could never be emptied.
    if conn.in_transaction() {
        conn.control("ROLLBACK")?;
    }
    result
}
