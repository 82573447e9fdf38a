//! The open database: its threads, how work reaches them, and how they end.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::thread::{self, JoinHandle};

use parking_lot::Mutex;
use tokio::sync::oneshot;

use super::checkpoint::{Checkpointer, Trigger};
use super::connection::{SqliteConnection, ready_now};
use super::readers::Readers;
use super::watch::Changed;
use super::writer::{Queued, Watching, Write, Writer};
use super::{Connection, DriverError, Location, OpenError, Options, Stats, Work, WriteClass, opening, schema};
use crate::driver::queue::WriteQueue;
use crate::driver::stats::Counters;
use crate::live::Live;
use crate::migrate;

/// An open SQLite database. Share it in an `Arc`.
pub struct Sqlite {
    queue: Arc<WriteQueue<Queued>>,
    readers: Readers,
    counters: Arc<Counters>,
    live: Arc<Live>,
    running: Mutex<Option<Running>>,
}

/// What shutting down ends, in this order.
struct Running {
    readers: Vec<JoinHandle<()>>,
    writer: JoinHandle<()>,
    /// Kept so that the checkpointer outlives writer and readers.
    checkpoints: Trigger,
    checkpointer: JoinHandle<()>,
}

impl Sqlite {
    /// Opens, checks and migrates the database and starts its threads. Blocks while it does.
    ///
    /// # Errors
    /// See [`OpenError`]: among them a database that another store holds, a foreign one, and a newer schema.
    pub fn open(location: &Location, options: &Options) -> Result<Self, OpenError> {
        let (place, held) = opening::claim(location, options)?;
        let mut raw = place.writer()?;
        schema::bring_up(&mut raw, migrate::SQLITE).map_err(|failure| match failure {
            schema::Failure::Refused(error) => OpenError::Schema { database: place.file.clone(), error },
            schema::Failure::Open(error) => error,
        })?;

        let counters = Arc::new(Counters::default());
        let seen = counters.clone();
        raw.wal_hook(Some(move |_: &mut _, pages: i32| {
            seen.wal_pages.store(u64::try_from(pages).unwrap_or(0), Relaxed);
            Ok(())
        }))?;
        let queue = Arc::new(WriteQueue::new(options.queue_capacity, options.end_capacity, options.batch_max));
        let (checkpointer, checkpoints) = Checkpointer::new(place.checkpointer()?, options, place.log(), counters.clone());
        // Should a later step fail, each thread already started ends by itself: what it waits on is dropped.
        let checkpointer = opening::spawn("sqlite-checkpoint", move || {
            checkpointer.run();
            // The last to end lets others in.
            drop(held);
        })?;
        let (readers, reading) = Readers::start(place, options)?;
        let live = Arc::new(Live::within(options.live_max_bytes));
        let watching = Watching { live: live.clone(), changed: Changed::by(&raw)?, version: None };
        let (commands, counted, trigger) = (queue.clone(), counters.clone(), checkpoints.clone());
        let writer = opening::spawn("sqlite-write", move || {
            // Dropped last to first: the trigger outlives the connection, as it must.
            let (trigger, raw) = (trigger, raw);
            Writer { conn: SqliteConnection::here(&raw), queue: commands, counters: counted, watching }.run(&trigger);
        })?;
        let running = Running { readers: reading, writer, checkpoints, checkpointer };
        Ok(Self { queue, readers, counters, live, running: Mutex::new(Some(running)) })
    }

    /// Queues a command at once, whether or not the answer is ever polled, and answers after the commit that made it durable.
    /// The command runs in a savepoint of its own: its error (or panic) undoes what it did and nothing else.
    ///
    /// # Errors
    /// The command's own, or from the driver: [`DriverError::Overloaded`] at once when the queue of its class is full,
    /// [`DriverError::Unavailable`] when nothing was committed, [`DriverError::OutcomeUnknown`] when the commit failed,
    /// [`DriverError::Bug`] when it panicked or waited for anything but its connection.
    pub fn write<T, E, F>(&self, class: WriteClass, work: F) -> impl Future<Output = Result<T, E>> + Send + use<T, E, F>
    where
        F: for<'c> FnOnce(&'c mut dyn Connection) -> Work<'c, T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DriverError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let queued = self.queue.push(class, Box::new(Write::new(work, reply)));
        async move {
            queued?;
            answer.await.unwrap_or_else(|_| Err(DriverError::OutcomeUnknown("the writer is gone".into()).into()))
        }
    }

    /// Reads on the calling thread, outside a transaction: for one statement that reads by key (some µs). Two statements may see
    /// two states of the database. What was acknowledged before the call is seen.
    ///
    /// # Errors
    /// The work's own; [`DriverError::Unavailable`] after shutdown or where no connection can be opened.
    pub fn read_here<'x, T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'c> FnOnce(&'c mut (dyn Connection + 'x)) -> Work<'c, T, E>,
        E: From<DriverError>,
    {
        self.readers.here(|conn| ready_now(work(conn)))
    }

    /// Reads on a reader thread, all statements from one snapshot: for whatever scans. A read whose answer is dropped before it is
    /// begun is skipped.
    ///
    /// # Errors
    /// The work's own, or from the driver: [`DriverError::Overloaded`] when too many wait, [`DriverError::Unavailable`],
    /// [`DriverError::Bug`].
    pub fn read<T, E, F>(&self, work: F) -> impl Future<Output = Result<T, E>> + Send + use<T, E, F>
    where
        F: for<'c> FnOnce(&'c mut dyn Connection) -> Work<'c, T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DriverError> + Send + 'static,
    {
        let queued = self.readers.queue(work);
        async move { queued?.await.unwrap_or_else(|_| Err(DriverError::Unavailable("the reader is gone".into()).into())) }
    }

    /// The facts in memory.
    pub(crate) fn live(&self) -> &Live {
        &self.live
    }

    /// The counters now.
    pub fn stats(&self) -> Stats {
        self.counters.read(self.queue.depth())
    }

    /// Takes nothing more, runs and acknowledges what is queued, empties the log into the database and releases it. Blocks until
    /// then; a second call waits for the first. Dropping does the same.
    pub fn shutdown(&self) {
        self.queue.close();
        self.readers.close();
        let mut running = self.running.lock();
        let Some(Running { readers, writer, checkpoints, checkpointer }) = running.take() else { return };
        // A command or a read may own the last reference to the store, and would here wait for its own thread.
        let here = thread::current().id();
        if readers.iter().chain([&writer]).any(|own| own.thread().id() == here) {
            return;
        }
        readers.into_iter().for_each(join);
        join(writer);
        drop(checkpoints);
        join(checkpointer);
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        self.shutdown();
    }
}

fn join(thread: JoinHandle<()>) {
    if thread.join().is_err() {
        tracing::error!("a thread of the store panicked");
    }
}
