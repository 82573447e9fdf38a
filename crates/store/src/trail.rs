//! Reads the audit trail while a server runs, to verify it.

use std::path::Path;

use cloakroom_engine::audit::chain::{ChainHead, Link};
use cloakroom_engine::error::StoreError;

use crate::audit::chain;
use crate::driver::postgres::{self, Address};
use crate::driver::sqlite::{Beside, OpenError};
use crate::driver::{Connection, Work};

/// The trail of a database that a server may have open.
pub struct Trail(Source);

enum Source {
    Sqlite(Beside),
    Postgres(postgres::Beside),
}

impl Trail {
    /// Opens the database without changing it.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(file: &Path) -> Result<Self, OpenError> {
        Ok(Self(Source::Sqlite(Beside::open(file)?)))
    }

    /// As [`Self::open`], of PostgreSQL.
    ///
    /// # Errors
    /// See [`postgres::OpenError`].
    pub fn connect(address: &Address, options: &postgres::Options) -> Result<Self, postgres::OpenError> {
        Ok(Self(Source::Postgres(postgres::Beside::open(address, options)?)))
    }

    fn read<T, F>(&mut self, work: F) -> Result<T, StoreError>
    where
        F: for<'c> FnOnce(&'c mut dyn Connection) -> Work<'c, T, StoreError> + Send,
        T: Send,
    {
        match &mut self.0 {
            Source::Sqlite(beside) => beside.read(work),
            Source::Postgres(beside) => beside.read(work),
        }
    }

    /// The next `limit` links behind `position`, and the sequences of the entries that stand from behind `sequence` to the last of
    /// them.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn next(&mut self, position: i64, sequence: i64, limit: usize) -> Result<(Vec<Link>, Vec<i64>), StoreError> {
        self.read(move |conn| Box::pin(chain::next(conn, position, sequence, limit)))
    }

    /// The last link.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn head(&mut self) -> Result<Option<ChainHead>, StoreError> {
        self.read(|conn| Box::pin(async move { Ok(chain::head(conn).await?) }))
    }

    /// How many entries stand behind `sequence`, sealed or not.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn count_behind(&mut self, sequence: i64) -> Result<i64, StoreError> {
        self.read(move |conn| Box::pin(chain::count_behind(conn, sequence)))
    }
}
