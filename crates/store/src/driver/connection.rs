//! What a transaction may ask of a database.

use std::future::Future;
use std::ops::ControlFlow;
use std::pin::Pin;

use super::{DriverError, Param, Row, Statement};

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
