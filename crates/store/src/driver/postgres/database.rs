//! The open database: its runtime, how work reaches its connections, and how they end.

use std::pin::pin;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use futures_util::future::{Either, select};
use parking_lot::Mutex;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::oneshot;

use super::connection::PgConnection;
use super::link::Link;
use super::links::{Links, Opening};
use super::read_index::{Follower, ReadIndex};
use super::reads::Snapshots;
use super::turn::Turn;
use super::writer::{Queued, Write, Writer};
use super::{Address, Connection, DriverError, OpenError, Options, Work, opening, schema};
use crate::driver::queue::WriteQueue;
use crate::driver::stats::Counters;
use crate::driver::{Stats, WriteClass, one};
use crate::live::Live;
use crate::migrate;

/// An open PostgreSQL database. Share it in an `Arc`.
pub struct Postgres {
    queue: Arc<WriteQueue<Queued>>,
    points: Arc<Links>,
    snapshots: Arc<Snapshots>,
    turn: Arc<Turn>,
    counters: Arc<Counters>,
    live: Arc<Live>,
    read_index: Arc<ReadIndex>,
    runtime: Handle,
    running: Mutex<Option<JoinHandle<()>>>,
}

impl Postgres {
    /// Connects, checks and migrates, and starts the thread that all connections live on. Blocks while it does.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(address: &Address, options: &Options) -> Result<Self, OpenError> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(OpenError::Thread)?;
        let opening = Opening { address: Arc::new(address.clone()), options: Arc::new(options.clone()), runtime: runtime.handle().clone() };
        // Longer than PostgreSQL itself waits for anything: what it does not answer by then, it will not.
        let patience = options.statement_timeout.max(options.lock_timeout) + Duration::from_secs(2);
        let queue = Arc::new(WriteQueue::new(options.queue_capacity, options.end_capacity, options.batch_max));
        let counters = Arc::new(Counters::default());
        let writer = Writer { links: Links::new(opening.clone(), 1), queue: queue.clone(), counters: counters.clone(), patience };
        let points = Arc::new(Links::new(opening.clone(), options.read_connections));
        let (live, read_index) = (Arc::new(Live::within(options.live_max_bytes)), Arc::new(ReadIndex::new()));
        let follower = live.is_on().then(|| Follower {
            index: read_index.clone(),
            opening: opening.clone(),
            points: points.clone(),
            live: live.clone(),
            counters: counters.clone(),
            patience: options.statement_timeout,
        });
        let (ready, opened) = mpsc::sync_channel(1);
        let prepare = opening.clone();
        let serve = move || serve(&runtime, prepare, (writer, follower), &ready);
        let thread = thread::Builder::new().name("postgres".into()).spawn(serve).map_err(OpenError::Thread)?;
        opened.recv().unwrap_or_else(|_| Err(OpenError::Sql("the driver's thread ended".into())))?;
        Ok(Self {
            queue,
            points,
            runtime: opening.runtime.clone(),
            turn: Arc::new(Turn::new(opening.clone(), patience)),
            snapshots: Arc::new(Snapshots::new(opening, patience)),
            counters,
            live,
            read_index,
            running: Mutex::new(Some(thread)),
        })
    }

    /// Queues a command at once, whether or not the answer is ever polled, and answers after the commit that made it durable.
    /// The command runs in a savepoint of its own: its error (or panic) undoes what it did and nothing else. It may run more than
    /// once; only its last run holds.
    ///
    /// # Errors
    /// The command's own, or from the driver: [`DriverError::Overloaded`] at once when the queue of its class is full,
    /// [`DriverError::Unavailable`] when nothing was committed, [`DriverError::OutcomeUnknown`] when the commit may hold,
    /// [`DriverError::Bug`] when it panicked.
    pub fn write<T, E, F>(&self, class: WriteClass, work: F) -> impl Future<Output = Result<T, E>> + Send + use<T, E, F>
    where
        F: for<'c> FnOnce(&'c mut dyn Connection) -> Work<'c, T, E> + Clone + Send + 'static,
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

    /// Reads outside a transaction, on a connection shared with others: for one statement that reads by key. Two statements may see
    /// two states of the database. What was acknowledged before the call, by whichever process, is seen. Runs once more where the
    /// connection turns out to be lost.
    ///
    /// # Errors
    /// The work's own; [`DriverError::Unavailable`] where PostgreSQL cannot be reached, and after shutdown.
    pub async fn read_point<'x, T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'c> FnOnce(&'c mut (dyn Connection + 'x)) -> Work<'c, T, E> + Clone,
        E: From<DriverError>,
    {
        let link = self.points.get().await?;
        let mut conn = PgConnection::new(link);
        let result = work.clone()(&mut conn).await;
        if result.is_ok() || !conn.trouble().lost {
            return result;
        }
        self.points.discard(conn.link());
        work(&mut PgConnection::new(self.points.get().await?)).await
    }

    /// Reads, all statements from one snapshot: for whatever scans.
    ///
    /// # Errors
    /// The work's own, or from the driver: [`DriverError::Overloaded`] when too many wait, [`DriverError::Unavailable`],
    /// [`DriverError::Bug`].
    #[expect(clippy::disallowed_methods, reason = "what has begun a snapshot ends it, whether or not anybody still waits")]
    pub fn read<T, E, F>(&self, work: F) -> impl Future<Output = Result<T, E>> + Send + use<T, E, F>
    where
        F: for<'c> FnOnce(&'c mut dyn Connection) -> Work<'c, T, E> + Clone + Send + 'static,
        T: Send + 'static,
        E: From<DriverError> + Send + 'static,
    {
        let snapshots = self.snapshots.clone();
        let reading = self.runtime.spawn(async move { snapshots.read(work).await });
        async move { reading.await.unwrap_or_else(|_| Err(DriverError::Unavailable("the store is shut down".into()).into())) }
    }

    /// Whether it is this process's turn to run the background tasks: of all that have the database open, one at a time, and another
    /// one as soon as PostgreSQL knows that its connection ended.
    ///
    /// # Errors
    /// [`DriverError::Unavailable`] where PostgreSQL cannot be asked: then it is not.
    #[expect(clippy::disallowed_methods, reason = "waits on the driver's own runtime, where time is told")]
    pub async fn may_run_tasks(&self) -> Result<bool, DriverError> {
        let turn = self.turn.clone();
        let asked = self.runtime.spawn(async move { turn.held().await });
        asked.await.unwrap_or_else(|_| Err(DriverError::Unavailable("the store is shut down".into())))
    }

    /// How many connections of others, by whatever name, the database has.
    ///
    /// # Errors
    /// [`DriverError::Unavailable`] where PostgreSQL cannot be asked.
    pub async fn others_connected(&self) -> Result<u64, DriverError> {
        let sql = "SELECT count(*) FROM pg_stat_activity
                   WHERE datname = current_database() AND backend_type = 'client backend'
                     AND application_name <> current_setting('application_name')";
        let count = self.read_point(move |conn| Box::pin(one::<i64>(conn, sql, &[]))).await?;
        Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default())
    }

    /// The facts in memory.
    pub(crate) fn live(&self) -> &Live {
        &self.live
    }

    /// Waits until the memory has every change that was committed before this was called.
    ///
    /// # Errors
    /// [`DriverError::Unavailable`] where PostgreSQL does not say so.
    pub(crate) async fn catch_up(&self) -> Result<(), DriverError> {
        if self.live.is_on() { self.read_index.ask().await } else { Ok(()) }
    }

    /// The counters now.
    pub fn stats(&self) -> Stats {
        self.counters.read(self.queue.depth())
    }

    /// Takes nothing more, runs and acknowledges what is queued, and closes every connection. Blocks until then; a second call
    /// waits for the first. Dropping does the same.
    pub fn shutdown(&self) {
        self.queue.close();
        self.snapshots.close();
        self.turn.close();
        self.read_index.close();
        let mut running = self.running.lock();
        let Some(thread) = running.take() else { return };
        // A command may own the last reference to the store, and would here wait for its own thread.
        if thread.thread().id() != thread::current().id() && thread.join().is_err() {
            tracing::error!("the thread of the store panicked");
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.shutdown();
    }
}

/// The driver's thread: prepares the database, tells whether that went well, and writes until it is told to stop. The runtime ends
/// with it, and every connection with the runtime.
fn serve(
    runtime: &Runtime,
    opening: Opening,
    (writer, follower): (Writer, Option<Follower>),
    ready: &mpsc::SyncSender<Result<(), OpenError>>,
) {
    runtime.block_on(async {
        let prepared = prepare(&opening).await;
        let goes_on = prepared.is_ok();
        let following = match &follower {
            Some(follower) if goes_on => follower.first().await,
            _ => None,
        };
        if ready.send(prepared).is_ok() && goes_on {
            let writing = pin!(writer.run());
            match follower {
                // What asks is done when the writer is, whatever it waits for.
                Some(follower) => match select(writing, pin!(follower.run(following))).await {
                    Either::Left(((), _)) => {}
                    Either::Right(((), writing)) => writing.await,
                },
                None => writing.await,
            }
        }
    });
}

async fn prepare(opening: &Opening) -> Result<(), OpenError> {
    let Opening { address, options, runtime } = opening;
    let link = Link::open(address, options, "", runtime).await.map_err(|error| address.unreachable(&error))?;
    opening::check(&link, address).await?;
    schema::bring_up(&link, address, migrate::POSTGRES).await.map(drop)
}
