//! Where a world's database is: one of its own in this process's PostgreSQL.

use std::sync::Arc;
use std::time::Duration;

use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_store::Database;
use cloakroom_store::driver::postgres::{Address, Options};

pub use crate::cluster::Past;
use crate::cluster::Scratch;

/// Random histories that the model lives through: fewer than on SQLite, since each needs a database to be copied.
pub const HISTORIES: u32 = 24;

/// A database that outlives the processes that open it.
pub struct Place(Arc<Scratch>);

impl Place {
    pub fn new() -> Self {
        Self(Arc::new(Scratch::new()))
    }

    pub fn open(&self, touches: Arc<PendingTouches>) -> Arc<Database> {
        // Longer than a busy machine leaves anybody without a turn: what is paused is tested where it is meant to be.
        let long = Duration::from_secs(60);
        let times =
            Options { statement_timeout: long, lock_timeout: 2 * long, idle_timeout: long, connect_timeout: long, ..Options::default() };
        let options = Options { read_connections: 1, snapshot_connections: 1, ..times };
        let address = Address::parse(&self.0.url(), &options).unwrap();
        Arc::new(Database::connect(&address, &options, touches).unwrap())
    }

    /// What a killed process leaves to the next one: everything that it committed. The database goes on; who was killed may well,
    /// here, live on beside its successor.
    pub fn after_a_crash(&self) -> Self {
        Self(self.0.clone())
    }

    /// Past the store.
    pub fn past(&self) -> Past {
        self.0.past()
    }
}
