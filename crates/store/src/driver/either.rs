//! Whichever database it is.

use super::postgres::Postgres;
use super::sqlite::Sqlite;
use super::{Connection, DriverError, Stats, Work, WriteClass};
use crate::live::Live;

/// An open database of either kind. What is asked of it, and what it promises, is the same.
pub(crate) enum Driver {
    Sqlite(Box<Sqlite>),
    Postgres(Postgres),
}

impl Driver {
    /// See [`Sqlite::write`] and [`Postgres::write`].
    pub(crate) async fn write<T, E, F>(&self, class: WriteClass, work: F) -> Result<T, E>
    where
        F: for<'c> FnOnce(&'c mut dyn Connection) -> Work<'c, T, E> + Clone + Send + 'static,
        T: Send + 'static,
        E: From<DriverError> + Send + 'static,
    {
        match self {
            Self::Sqlite(sqlite) => sqlite.write(class, work).await,
            Self::Postgres(postgres) => postgres.write(class, work).await,
        }
    }

    /// One statement that reads by key, or a few that need not agree: see [`Sqlite::read_here`] and [`Postgres::read_point`].
    pub(crate) async fn read_point<'x, T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'c> FnOnce(&'c mut (dyn Connection + 'x)) -> Work<'c, T, E> + Clone,
        E: From<DriverError>,
    {
        match self {
            Self::Sqlite(sqlite) => sqlite.read_here(work),
            Self::Postgres(postgres) => postgres.read_point(work).await,
        }
    }

    /// Several statements, one snapshot: see [`Sqlite::read`] and [`Postgres::read`].
    pub(crate) async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'c> FnOnce(&'c mut dyn Connection) -> Work<'c, T, E> + Clone + Send + 'static,
        T: Send + 'static,
        E: From<DriverError> + Send + 'static,
    {
        match self {
            Self::Sqlite(sqlite) => sqlite.read(work).await,
            Self::Postgres(postgres) => postgres.read(work).await,
        }
    }

    /// A database that one process has to itself leaves it all tasks: see [`Postgres::may_run_tasks`].
    pub(crate) async fn may_run_tasks(&self) -> Result<bool, DriverError> {
        match self {
            Self::Sqlite(_) => Ok(true),
            Self::Postgres(postgres) => postgres.may_run_tasks().await,
        }
    }

    /// The facts in memory.
    pub(crate) fn live(&self) -> &Live {
        match self {
            Self::Sqlite(sqlite) => sqlite.live(),
            Self::Postgres(postgres) => postgres.live(),
        }
    }

    /// Whoever writes to SQLite has told the memory before it answers, and nobody else writes. See [`Postgres::catch_up`].
    pub(crate) async fn catch_up(&self) -> Result<(), DriverError> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(postgres) => postgres.catch_up().await,
        }
    }

    /// The counters now.
    pub(crate) fn stats(&self) -> Stats {
        match self {
            Self::Sqlite(sqlite) => sqlite.stats(),
            Self::Postgres(postgres) => postgres.stats(),
        }
    }

    /// See [`Sqlite::shutdown`] and [`Postgres::shutdown`].
    pub(crate) fn shutdown(&self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.shutdown(),
            Self::Postgres(postgres) => postgres.shutdown(),
        }
    }
}
