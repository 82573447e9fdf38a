//! Where a world's database is: one of its own in this process's PostgreSQL.

use std::sync::Arc;

use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_store::Database;
use cloakroom_store::driver::postgres::Options;

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
        self.0.open(Options::default().live_max_bytes, touches)
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
