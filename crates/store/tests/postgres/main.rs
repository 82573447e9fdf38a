//! The PostgreSQL driver from outside: batches, turns to write, lost connections, what is known of a commit, opening.

#![allow(clippy::unwrap_used, reason = "a test, its fixtures included, fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "a test starts the threads that it is about")]

#[path = "../support/cluster.rs"]
mod cluster;
mod commits;
mod connections;
mod encryption;
mod facts;
mod failover;
#[path = "../support/kept.rs"]
mod kept;
mod opening;
mod read_index;
mod read_index_doubt;
mod reads;
mod transfer;
mod turns;
mod writes;

use cloakroom_store::driver::postgres::{Address, Options, Postgres};
use cloakroom_store::driver::{Connection, DriverError, Param, WriteClass, query_one};

use crate::cluster::Scratch;

/// A database with a table `notes (text)` and one counter that stands at 0.
fn noted() -> Scratch {
    let scratch = Scratch::new();
    scratch.past().batch(
        "CREATE TABLE notes (text TEXT NOT NULL UNIQUE); CREATE TABLE counter (value BIGINT NOT NULL); INSERT INTO counter VALUES (0)",
    );
    scratch
}

fn options() -> Options {
    Options { read_connections: 1, snapshot_connections: 2, ..Options::default() }
}

fn open(scratch: &Scratch, options: &Options) -> Postgres {
    Postgres::open(&Address::parse(&scratch.url(), options).unwrap(), options).unwrap()
}

/// Queued at once.
fn note(postgres: &Postgres, text: &str) -> impl Future<Output = Result<(), DriverError>> + use<> {
    let text = text.to_owned();
    postgres.write(WriteClass::Ordinary, move |conn| Box::pin(async move { insert(conn, &text).await }))
}

async fn insert(conn: &mut dyn Connection, text: &str) -> Result<(), DriverError> {
    conn.execute("INSERT INTO notes (text) VALUES ($1)", &[Param::from(text)]).await.map(drop)
}

async fn notes(postgres: &Postgres) -> Result<i64, DriverError> {
    postgres.read_point(|conn| Box::pin(counted(conn))).await
}

async fn counted(conn: &mut dyn Connection) -> Result<i64, DriverError> {
    Ok(query_one(conn, "SELECT count(*) FROM notes", &[], |row| row.int(0)).await?.unwrap())
}
