//! Reads the audit trail while a server runs, to verify it.

use std::path::Path;

use cloakroom_engine::audit::chain::{ChainHead, Link};
use cloakroom_engine::audit::checkpoint::Checkpoint;
use cloakroom_engine::audit::store::ToldRanges;
use cloakroom_engine::error::StoreError;

use crate::audit::checkpoint::checkpoint;
use crate::audit::{chain, minimise};
use crate::driver::postgres::{self, Address};
use crate::driver::sqlite::{Beside, OpenError};
use crate::driver::{Connection, Work};

/// The trail of a database that a server may have open.
pub struct Trail(Source);

enum Source {
    Sqlite(Beside),
    Postgres(postgres::Beside),
}

/// A part of the chain.
#[derive(Debug)]
pub struct Stretch {
    /// What it begins behind, where links up to there were let go since the last read.
    pub checkpoint: Option<Checkpoint>,
    pub links: Vec<Link>,
    /// The sequences of the entries that stand up to the last of them.
    pub standing: Vec<i64>,
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

    /// The next `limit` links behind `position` or, where that lies further, behind the checkpoint; from one snapshot.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn next(&mut self, position: i64, sequence: i64, limit: usize) -> Result<Stretch, StoreError> {
        self.read(move |conn| {
            Box::pin(async move {
                let checkpoint = checkpoint(conn).await?.filter(|checkpoint| checkpoint.position > position);
                // What stands before the checkpoint is one too many, so all of it is looked for.
                let (position, sequence) = checkpoint.map_or((position, sequence), |checkpoint| (checkpoint.position, i64::MIN));
                let (links, standing) = chain::next(conn, position, sequence, limit).await?;
                Ok(Stretch { checkpoint, links, standing })
            })
        })
    }

    /// What the trail tells behind the entry `after` of ranges that were minimised.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn minimised(&mut self, after: i64, limit: usize) -> Result<ToldRanges, StoreError> {
        self.read(move |conn| Box::pin(minimise::told(conn, after, limit)))
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
