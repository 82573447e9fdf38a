//! What a transaction may ask of a database, whichever database it is.
//!
//! Statements are static text with `$1, $2, …` placeholders. Nothing here names a database: what a driver cannot hide stays in
//! that driver's own module.

use std::fmt;
use std::future::Future;
use std::ops::ControlFlow;
use std::pin::Pin;

pub mod sqlite;

/// One value bound to a placeholder.
#[derive(Clone, Copy)]
pub enum Param<'a> {
    /// SQL `NULL`.
    Null,
    /// A 64-bit signed integer; booleans are 0 and 1.
    Int(i64),
    /// UTF-8 text.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
}

// Parameters carry hashes and addresses: a derived Debug would put them into the first log line that prints one.
impl fmt::Debug for Param<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Param::Null => "Null",
            Param::Int(_) => "Int(..)",
            Param::Text(_) => "Text(..)",
            Param::Blob(_) => "Blob(..)",
        })
    }
}

macro_rules! param_from {
    ($($source:ty => $value:ident -> $param:expr),+ $(,)?) => {
        $(impl<'a> From<$source> for Param<'a> {
            fn from($value: $source) -> Self { $param }
        })+
    };
}

param_from! {
    i64 => value -> Param::Int(value),
    i32 => value -> Param::Int(i64::from(value)),
    u32 => value -> Param::Int(i64::from(value)),
    u8 => value -> Param::Int(i64::from(value)),
    bool => value -> Param::Int(i64::from(value)),
    &'a str => value -> Param::Text(value),
    &'a String => value -> Param::Text(value),
    &'a [u8] => value -> Param::Blob(value),
    &'a Vec<u8> => value -> Param::Blob(value),
}

impl<'a, const N: usize> From<&'a [u8; N]> for Param<'a> {
    fn from(value: &'a [u8; N]) -> Self {
        Param::Blob(value)
    }
}

impl<'a, T: Into<Param<'a>>> From<Option<T>> for Param<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Param::Null, Into::into)
    }
}

/// Why a driver did not do what it was asked. Never contains the value of a parameter or of a column.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DriverError {
    /// The queue is full; nothing was begun. Worth another try in a moment.
    #[error("the store has more to do than it may queue")]
    Overloaded,
    /// The database cannot be used just now, or the store is shut down; nothing was committed.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// The commit failed or was never answered: it may or may not hold. Never to be reported as done.
    #[error("the outcome of the commit is unknown: {0}")]
    OutcomeUnknown(String),
    /// A constraint of the schema refused the change; nothing of the command was committed.
    #[error("a constraint refused it: {0}")]
    Constraint(String),
    /// The database holds what it must not: a damaged file, or a column of another type than expected.
    #[error("the database is corrupt: {0}")]
    Corrupt(String),
    /// The statement is wrong: a fault of this program.
    #[error("the statement failed: {0}")]
    Sql(String),
    /// The code of a command is wrong (it panicked, or waited where it must not): a fault of this program. It was rolled back.
    #[error("a command misbehaved: {0}")]
    Bug(String),
}

/// One row of an answer. Columns count from 0. Every accessor fails with [`DriverError::Corrupt`] where the column holds another
/// type (the plain ones: also where it is `NULL`) and with [`DriverError::Sql`] where there is no such column.
pub trait Row {
    /// An integer that may be `NULL`.
    fn opt_int(&self, col: usize) -> Result<Option<i64>, DriverError>;
    /// Text that may be `NULL`; it lives as long as the visit of this row.
    fn opt_text(&self, col: usize) -> Result<Option<&str>, DriverError>;
    /// Bytes that may be `NULL`; they live as long as the visit of this row.
    fn opt_blob(&self, col: usize) -> Result<Option<&[u8]>, DriverError>;

    /// An integer.
    fn int(&self, col: usize) -> Result<i64, DriverError> {
        self.opt_int(col)?.ok_or_else(|| unexpected_null(col))
    }
    /// Text.
    fn text(&self, col: usize) -> Result<&str, DriverError> {
        self.opt_text(col)?.ok_or_else(|| unexpected_null(col))
    }
    /// Bytes.
    fn blob(&self, col: usize) -> Result<&[u8], DriverError> {
        self.opt_blob(col)?.ok_or_else(|| unexpected_null(col))
    }
    /// A boolean; anything but 0 and 1 is [`DriverError::Corrupt`].
    fn bool(&self, col: usize) -> Result<bool, DriverError> {
        match self.int(col)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(DriverError::Corrupt(format!("column {col} is neither 0 nor 1"))),
        }
    }
}

fn unexpected_null(col: usize) -> DriverError {
    DriverError::Corrupt(format!("column {col} is NULL"))
}

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

    /// Runs a statement that returns rows and shows each to `visit`. A statement that also changes rows (`… RETURNING`) is to be
    /// visited to its end.
    fn query<'a>(&'a mut self, sql: &'static str, params: &'a [Param<'a>], visit: Visit<'a>) -> Ready<'a, ()>;
}

/// Every row, mapped. Unbounded: the statement carries the `LIMIT`.
pub async fn query_all<T: Send>(
    conn: &mut dyn Connection,
    sql: &'static str,
    params: &[Param<'_>],
    mut map: impl FnMut(&dyn Row) -> Result<T, DriverError> + Send,
) -> Result<Vec<T>, DriverError> {
    let mut rows = Vec::new();
    let mut visit = |row: &dyn Row| {
        rows.push(map(row)?);
        Ok(ControlFlow::Continue(()))
    };
    conn.query(sql, params, &mut visit).await?;
    Ok(rows)
}

/// The one row, mapped, or `None`. A second row is [`DriverError::Corrupt`]: a key that should be unique is not.
pub async fn query_one<T: Send>(
    conn: &mut dyn Connection,
    sql: &'static str,
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
    conn.query(sql, params, &mut visit).await?;
    Ok(found)
}
