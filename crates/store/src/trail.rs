//! The audit trail beside a running server, for whoever verifies it.

use std::path::Path;

use cloakroom_engine::audit::chain::{ChainHead, Link};
use cloakroom_engine::store::StoreError;

use crate::audit::chain;
use crate::driver::sqlite::{Beside, OpenError};

/// The trail of a database that a server may have open.
pub struct Trail(Beside);

impl Trail {
    /// Opens the database without changing it.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(file: &Path) -> Result<Self, OpenError> {
        Beside::open(file).map(Self)
    }

    /// The next `limit` links behind `position`, and the sequences of the entries that stand from behind `sequence` to the last of
    /// them.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn next(&mut self, position: i64, sequence: i64, limit: usize) -> Result<(Vec<Link>, Vec<i64>), StoreError> {
        self.0.read(move |conn| Box::pin(chain::next(conn, position, sequence, limit)))
    }

    /// The last link.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn head(&mut self) -> Result<Option<ChainHead>, StoreError> {
        self.0.read(|conn| Box::pin(async move { Ok(chain::head(conn).await?) }))
    }

    /// How many entries stand behind `sequence`, sealed or not.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn count_behind(&mut self, sequence: i64) -> Result<i64, StoreError> {
        self.0.read(move |conn| Box::pin(chain::count_behind(conn, sequence)))
    }
}
