//! What a transaction may ask of a database, whichever database it is.
//!
//! Statements are static text with `$1, $2, …` placeholders. Nothing here names a database: what a driver cannot hide stays in
//! that driver's own module.

mod either;
mod error;
mod param;
pub mod postgres;
mod queue;
pub(crate) mod record;
mod row;
pub mod sqlite;
mod statement;
mod stats;

use std::future::Future;
use std::ops::ControlFlow;
use std::pin::Pin;

pub(crate) use either::Driver;
pub use error::DriverError;
pub use param::{Kind, Param, Typed};
pub(crate) use param::{Value, params};
pub use queue::WriteClass;
pub use record::Record;
pub(crate) use record::{all, each, inserted, one, record, scan, take};
pub use row::Row;
pub use statement::Statement;
pub(crate) use statement::width;
pub use stats::Stats;

/// Called once a row, in order; `Break` ends the reading early.
pub type Visit<'v> = &'v mut (dyn FnMut(&dyn Row) -> Result<ControlFlow<()>, DriverError> + Send);

/// What a [`Connection`] answers with.
pub type Ready<'a, T> = Pin<Box<dyn Future<Output = Result<T, DriverError>> + Send + 'a>>;

/// What a transaction is to a driver: a boxed future that borrows the connection for `'c`.
pub type Work<'c, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>;

/// A connection inside a transaction (or, for single reads, outside one). Beginning and ending transactions is the driver's, never
/// the caller's, affair.
pub trait Connection: Send {
    /// Runs a statement that changes rows and returns no row; answers how many it changed (meaningless for DDL).
    fn execute<'a>(&'a mut self, sql: &'static str, params: &'a [Param<'a>]) -> Ready<'a, u64>;

    /// As [`Self::execute`], where nobody asks how many rows it changed: a driver may go on while the statement is under way. What is
    /// run after it sees what it did. Its error may be that of a later statement, at the latest of the transaction.
    fn change<'a>(&'a mut self, sql: &'static str, params: &'a [Param<'a>]) -> Ready<'a, ()>;

    /// Runs a statement that returns rows and shows each to `visit`. A statement that also changes rows (`… RETURNING`) is to be
    /// visited to its end.
    fn query<'a>(&'a mut self, statement: Statement, params: &'a [Param<'a>], visit: Visit<'a>) -> Ready<'a, ()>;

    /// As [`Self::query`], for a statement without a `LIMIT` that is left as soon as enough was seen: what follows is not read. Only
    /// within a transaction or a snapshot.
    fn scan<'a>(&'a mut self, statement: Statement, params: &'a [Param<'a>], visit: Visit<'a>) -> Ready<'a, ()>;
}

/// Every row, mapped column by column: for statements that are made where no record can be declared. Unbounded: the statement carries
/// the `LIMIT`.
///
/// # Errors
/// The database's, and those of `map`.
pub async fn query_all<T: Send>(
    conn: &mut dyn Connection,
    sql: &'static str,
    params: &[Param<'_>],
    map: impl FnMut(&dyn Row) -> Result<T, DriverError> + Send,
) -> Result<Vec<T>, DriverError> {
    gather(conn, sql.into(), params, map).await
}

/// As [`query_all`], of the one row, or `None`. A second row is [`DriverError::Corrupt`]: a key that should be unique is not.
///
/// # Errors
/// As there.
pub async fn query_one<T: Send>(
    conn: &mut dyn Connection,
    sql: &'static str,
    params: &[Param<'_>],
    map: impl FnMut(&dyn Row) -> Result<T, DriverError> + Send,
) -> Result<Option<T>, DriverError> {
    single(conn, sql.into(), params, map).await
}

async fn gather<T: Send>(
    conn: &mut dyn Connection,
    statement: Statement,
    params: &[Param<'_>],
    mut map: impl FnMut(&dyn Row) -> Result<T, DriverError> + Send,
) -> Result<Vec<T>, DriverError> {
    let mut rows = Vec::new();
    let mut visit = |row: &dyn Row| {
        rows.push(map(row)?);
        Ok(ControlFlow::Continue(()))
    };
    conn.query(statement, params, &mut visit).await?;
    Ok(rows)
}

async fn single<T: Send>(
    conn: &mut dyn Connection,
    statement: Statement,
    params: &[Param<'_>],
    mut map: impl FnMut(&dyn Row) -> Result<T, DriverError> + Send,
) -> Result<Option<T>, DriverError> {
    let mut found = None;
    let mut visit = |row: &dyn Row| {
        if found.is_some() {
            return Err(DriverError::Corrupt("more than one row where one was expected".into()));
        }
        found = Some(map(row)?);
        Ok(ControlFlow::Continue(()))
    };
    conn.query(statement, params, &mut visit).await?;
    Ok(found)
}
