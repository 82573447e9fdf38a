//! The store over a database: where it is opened, and how a transaction gets to its connection.

use std::sync::Arc;

use async_trait::async_trait;
use cloakroom_engine::callers::Authorisation;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::store::Store;

use crate::driver::postgres::{self, Address, Postgres};
use crate::driver::sqlite::{Location, OpenError, Options, Sqlite, judge_file};
use crate::driver::{Connection, Driver, DriverError, Stats, Work, WriteClass};
use crate::judgement::judge;
use crate::live::{Live, LiveStats};

/// The store over a database.
pub struct Database {
    pub(crate) driver: Driver,
    touches: Arc<PendingTouches>,
    may_begin: fn() -> bool,
    meter: Meter,
    /// Where a test stops what a caller changes.
    #[cfg(feature = "testing")]
    pub gate: crate::gate::Gate,
}

/// Whoever wants to know how long answers take: asked before each, and told after it what was said then.
#[derive(Clone, Copy)]
pub struct Meter {
    pub begin: fn() -> Option<u64>,
    pub end: fn(Option<u64>),
}

/// An answer that is being measured.
pub(crate) struct Metered {
    begun: Option<u64>,
    end: fn(Option<u64>),
}

impl Drop for Metered {
    fn drop(&mut self) {
        (self.end)(self.begun);
    }
}

impl Database {
    /// Opens and migrates the database and starts its threads. What else than migrations made is refused before anything is run. `touches` are the engine's: they are merged into every read.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(location: &Location, options: &Options, touches: Arc<PendingTouches>) -> Result<Self, OpenError> {
        if let Location::File(path) = location {
            judge_file(path)?;
        }
        Ok(Self::over(Driver::Sqlite(Box::new(Sqlite::open(location, options)?)), touches))
    }

    /// As [`Self::open`], over PostgreSQL.
    ///
    /// # Errors
    /// See [`postgres::OpenError`].
    pub fn connect(address: &Address, options: &postgres::Options, touches: Arc<PendingTouches>) -> Result<Self, postgres::OpenError> {
        Ok(Self::over(Driver::Postgres(Postgres::open(address, options)?), touches))
    }

    fn over(driver: Driver, touches: Arc<PendingTouches>) -> Self {
        Self {
            driver,
            touches,
            may_begin: || true,
            meter: Meter { begin: || None, end: |_| {} },
            #[cfg(feature = "testing")]
            gate: Default::default(),
        }
    }

    /// Asks before each write whether it is still wanted; where it is not, nothing is done.
    #[must_use]
    pub fn asking(self, may_begin: fn() -> bool) -> Self {
        Self { may_begin, ..self }
    }

    /// Has every answer measured.
    #[must_use]
    pub fn measured(self, meter: Meter) -> Self {
        Self { meter, ..self }
    }

    /// Measures an answer, from here until what is returned goes.
    pub(crate) fn metered(&self) -> Metered {
        Metered { begun: (self.meter.begin)(), end: self.meter.end }
    }

    /// How many others are connected to the same database. Of SQLite nobody is, while it is open.
    ///
    /// # Errors
    /// The store's.
    pub async fn others_connected(&self) -> Result<u64, StoreError> {
        match &self.driver {
            Driver::Sqlite(_) => Ok(0),
            Driver::Postgres(postgres) => Ok(postgres.others_connected().await?),
        }
    }

    /// What the driver has done so far.
    pub fn stats(&self) -> Stats {
        self.driver.stats()
    }

    /// What the facts in memory have done so far.
    pub fn live_stats(&self) -> LiveStats {
        self.live().stats()
    }

    /// Runs what is queued, then closes the database. Blocks until then.
    pub fn shutdown(&self) {
        self.driver.shutdown();
    }

    /// One statement that reads by key, or a few that need not agree.
    pub(crate) async fn read_point<'x, T, F>(&'x self, read: F) -> Result<T, StoreError>
    where
        F: for<'c> FnOnce(&'c mut (dyn Connection + 'x), &'x PendingTouches) -> Work<'c, T, StoreError> + Clone,
    {
        self.driver.read_point(|conn| read(conn, &self.touches)).await
    }

    /// Those of the engine, which every read has merged in.
    pub(crate) fn touches(&self) -> &PendingTouches {
        &self.touches
    }

    /// The facts in memory.
    pub(crate) fn live(&self) -> &Live {
        self.driver.live()
    }

    /// Waits until the memory has every change that was committed before this was called.
    ///
    /// # Errors
    /// When the database does not say what has changed.
    pub async fn catch_up(&self) -> Result<(), StoreError> {
        Ok(self.driver.catch_up().await?)
    }

    /// Several statements, one snapshot.
    pub(crate) async fn read<T, F>(&self, read: F) -> Result<T, StoreError>
    where
        F: for<'c> FnOnce(&'c mut dyn Connection, Arc<PendingTouches>) -> Work<'c, T, StoreError> + Clone + Send + 'static,
        T: Send + 'static,
    {
        let touches = self.touches.clone();
        self.driver.read(move |conn| read(conn, touches)).await
    }

    /// One transaction that is waited for like any other of its class. On the word of a caller it begins with judging that caller.
    pub(crate) async fn write<T, E, F>(&self, class: WriteClass, by: Authorisation, transaction: F) -> Result<T, E>
    where
        F: for<'c> FnOnce(&'c mut dyn Connection, Arc<PendingTouches>) -> Work<'c, T, E> + Clone + Send + 'static,
        T: Send + 'static,
        E: From<DriverError> + From<StoreError> + Send + 'static,
    {
        if !(self.may_begin)() {
            return Err(DriverError::Unavailable("whoever asked for it has gone".into()).into());
        }
        let touches = self.touches.clone();
        match by {
            Authorisation::Caller(basis) => {
                #[cfg(feature = "testing")]
                self.gate.pass().await;
                self.driver
                    .write(class, move |conn| {
                        Box::pin(async move {
                            judge(conn, &basis, &touches).await?;
                            transaction(conn, touches).await
                        })
                    })
                    .await
            }
            Authorisation::Verified | Authorisation::Anybody | Authorisation::Server => {
                self.driver.write(class, move |conn| transaction(conn, touches)).await
            }
        }
    }

    /// A write that may be refused by what it finds; a refusal undoes what it had written.
    pub(crate) async fn change<T, R, F>(&self, class: WriteClass, by: Authorisation, transaction: F) -> Result<Result<T, R>, StoreError>
    where
        F: for<'c> FnOnce(&'c mut dyn Connection, Arc<PendingTouches>) -> Work<'c, T, Undone<R>> + Clone + Send + 'static,
        T: Send + 'static,
        R: Send + 'static,
    {
        match self.write(class, by, transaction).await {
            Ok(changed) => Ok(Ok(changed)),
            Err(Undone::Refused(refusal)) => Ok(Err(refusal)),
            Err(Undone::Failed(error)) => Err(error),
        }
    }
}

/// Why a change was not made; whatever its transaction had written is undone.
#[derive(Debug)]
pub(crate) enum Undone<R> {
    Refused(R),
    Failed(StoreError),
}

impl<R> From<StoreError> for Undone<R> {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

impl<R> From<DriverError> for Undone<R> {
    fn from(error: DriverError) -> Self {
        Self::Failed(error.into())
    }
}

#[async_trait]
impl Store for Database {
    async fn may_run_tasks(&self) -> Result<bool, StoreError> {
        Ok(self.driver.may_run_tasks().await?)
    }

    /// A change of nothing goes the whole way: queue, transaction, commit.
    async fn check(&self) -> Result<(), StoreError> {
        let sql = "UPDATE server SET epoch = epoch WHERE only_row = 1";
        self.write(WriteClass::Ordinary, Authorisation::Server, move |conn, _| Box::pin(async move { Ok(conn.change(sql, &[]).await?) }))
            .await
    }
}
