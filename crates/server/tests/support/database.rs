//! The database of a test: of SQLite, or with `CLOAKROOM_TEST_DATABASE=postgres` one of its own in this process's PostgreSQL.

#![allow(dead_code, reason = "the process tests use the server alone")]

use std::sync::Arc;

use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_store::Database;
use cloakroom_store::driver::sqlite::{Location, Options};

#[path = "../../../store/tests/support/cluster.rs"]
pub mod cluster;

#[path = "../../../store/tests/support/kept.rs"]
pub mod kept;

use cluster::Scratch;
// What the server of the tests is reached by.
use tokio_postgres as _;

/// An open database, and what has to live as long.
pub struct Opened {
    pub database: Arc<Database>,
    pub scratch: Option<Arc<Scratch>>,
}

/// What the facts in memory of a test may take.
pub const FACTS: u64 = 64 << 20;

/// With `CLOAKROOM_TEST_FACTS=off` everything is asked of the database.
fn live_max_bytes() -> u64 {
    match std::env::var("CLOAKROOM_TEST_FACTS").as_deref() {
        Ok("off") => 0,
        Ok("on") | Err(_) => FACTS,
        Ok(other) => panic!("CLOAKROOM_TEST_FACTS is {other}, neither on nor off"),
    }
}

/// Opens it. A test that names a file looks into it, so it gets SQLite in any case.
pub fn open(location: &Location, touches: Arc<PendingTouches>) -> Opened {
    match std::env::var("CLOAKROOM_TEST_DATABASE").as_deref() {
        Ok("postgres") if *location == Location::Temporary => open_on(Arc::new(Scratch::new()), live_max_bytes(), touches),
        Ok("postgres" | "sqlite") | Err(_) => {
            let options = Options { live_max_bytes: live_max_bytes(), ..Options::default() };
            Opened { database: Arc::new(Database::open(location, &options, touches).unwrap()), scratch: None }
        }
        Ok(other) => panic!("CLOAKROOM_TEST_DATABASE is {other}, neither sqlite nor postgres"),
    }
}

/// As one of the processes that share a database of PostgreSQL: what it keeps in memory is its own.
pub fn open_on(scratch: Arc<Scratch>, live_max_bytes: u64, touches: Arc<PendingTouches>) -> Opened {
    Opened { database: scratch.open(live_max_bytes, touches), scratch: Some(scratch) }
}
