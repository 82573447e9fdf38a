//! [`Connection`] over rusqlite: placeholders, binding, rows and errors.

use std::fmt;
use std::future::Future;
use std::ops::ControlFlow;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use rusqlite::ErrorCode;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};

use super::prepared::{ByAddress, ByText, Prepared};
use crate::driver::{Connection, DriverError, Param, Ready, Row, Statement, Visit};

/// A rusqlite connection that speaks `$n`. Its futures are ready at the first poll.
pub(super) struct SqliteConnection<P = ByText>(P);

/// To how many bytes the log is cut off by the transaction that begins it anew; `None`: it stays as long as it is.
pub(super) fn limit(raw: &rusqlite::Connection, bytes: Option<u64>) {
    let bytes = bytes.and_then(|bytes| i64::try_from(bytes).ok()).unwrap_or(-1);
    if let Err(error) = raw.pragma_update(None, "journal_size_limit", bytes) {
        tracing::warn!(%error, "the length of the log could not be limited");
    }
}

impl SqliteConnection {
    /// One that may go from thread to thread.
    pub(super) fn new(raw: rusqlite::Connection) -> Self {
        Self(ByText::of(raw))
    }
}

impl<'c> SqliteConnection<ByAddress<'c>> {
    /// One that stays on this thread.
    pub(super) fn here(raw: &'c rusqlite::Connection) -> Self {
        Self(ByAddress::of(raw))
    }
}

impl<P: Prepared> SqliteConnection<P> {
    /// BEGIN, COMMIT, SAVEPOINT and their like.
    pub(super) fn control(&mut self, sql: &'static str) -> Result<(), DriverError> {
        self.execute_now(sql, &[]).map(drop)
    }

    /// A number that changes when another connection has written; this one's own commits leave it as it is.
    pub(super) fn data_version(&mut self) -> Result<i64, DriverError> {
        let mut version = 0;
        self.query_now("PRAGMA data_version".into(), &[], &mut |row| {
            version = row.int(0)?;
            Ok(ControlFlow::Break(()))
        })?;
        Ok(version)
    }

    /// See [`limit`].
    pub(super) fn limit_log(&self, bytes: Option<u64>) {
        limit(self.0.raw(), bytes);
    }

    pub(super) fn in_transaction(&self) -> bool {
        !self.0.raw().is_autocommit()
    }

    fn execute_now(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<u64, DriverError> {
        self.0.run(sql.into(), params, |prepared| prepared.raw_execute().map(|rows| rows as u64).map_err(driver_error))
    }

    fn query_now(&mut self, statement: Statement, params: &[Param<'_>], visit: Visit<'_>) -> Result<(), DriverError> {
        self.0.run(statement, params, |prepared| {
            let (mut rows, mut nth) = (prepared.raw_query(), 0);
            while let Some(row) = rows.next().map_err(driver_error)? {
                nth += 1;
                if visit(&SqliteRow { row, statement, nth })?.is_break() {
                    break;
                }
            }
            Ok(())
        })
    }
}

impl<P: Prepared> Connection for SqliteConnection<P> {
    fn execute<'a>(&'a mut self, sql: &'static str, params: &'a [Param<'a>]) -> Ready<'a, u64> {
        Box::pin(async move { self.execute_now(sql, params) })
    }

    fn change<'a>(&'a mut self, sql: &'static str, params: &'a [Param<'a>]) -> Ready<'a, ()> {
        Box::pin(async move { self.execute_now(sql, params).map(drop) })
    }

    fn query<'a>(&'a mut self, statement: Statement, params: &'a [Param<'a>], visit: Visit<'a>) -> Ready<'a, ()> {
        Box::pin(async move { self.query_now(statement, params, visit) })
    }

    /// SQLite makes each row as it is asked for.
    fn scan<'a>(&'a mut self, statement: Statement, params: &'a [Param<'a>], visit: Visit<'a>) -> Ready<'a, ()> {
        self.query(statement, params, visit)
    }
}

/// Binds all that a statement wants.
pub(super) fn bind(prepared: &mut rusqlite::Statement<'_>, statement: Statement, params: &[Param<'_>]) -> Result<(), DriverError> {
    let expected = prepared.parameter_count();
    if expected != params.len() {
        return Err(DriverError::Sql(format!("{expected} parameters expected, {} given: {}", params.len(), statement.sql)));
    }
    for (index, param) in (1..).zip(params) {
        prepared.raw_bind_parameter(index, Bound(*param)).map_err(driver_error)?;
    }
    Ok(())
}

struct Bound<'a>(Param<'a>);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Param::Null(_) => ValueRef::Null,
            Param::Int(value) => ValueRef::Integer(value),
            Param::Text(value) => ValueRef::Text(value.as_bytes()),
            Param::Blob(value) => ValueRef::Blob(value),
        }))
    }
}

struct SqliteRow<'r> {
    row: &'r rusqlite::Row<'r>,
    statement: Statement,
    /// From 1.
    nth: usize,
}

impl SqliteRow<'_> {
    fn value(&self, col: usize) -> Result<ValueRef<'_>, DriverError> {
        self.row.get_ref(col).map_err(driver_error)
    }

    #[cold]
    fn mismatch<T>(&self, col: usize, expected: &str, found: ValueRef<'_>) -> Result<T, DriverError> {
        Err(self.damage(col, format_args!("is {}, not {expected},", found.data_type())))
    }
}

impl Row for SqliteRow<'_> {
    fn opt_int(&self, col: usize) -> Result<Option<i64>, DriverError> {
        match self.value(col)? {
            ValueRef::Null => Ok(None),
            ValueRef::Integer(value) => Ok(Some(value)),
            other => self.mismatch(col, "Integer", other),
        }
    }

    fn opt_text(&self, col: usize) -> Result<Option<&str>, DriverError> {
        match self.value(col)? {
            ValueRef::Null => Ok(None),
            ValueRef::Text(bytes) => std::str::from_utf8(bytes).map(Some).map_err(|_| self.damage(col, format_args!("is not UTF-8"))),
            other => self.mismatch(col, "Text", other),
        }
    }

    fn opt_blob(&self, col: usize) -> Result<Option<&[u8]>, DriverError> {
        match self.value(col)? {
            ValueRef::Null => Ok(None),
            ValueRef::Blob(bytes) => Ok(Some(bytes)),
            other => self.mismatch(col, "Blob", other),
        }
    }

    fn damage(&self, col: usize, what: fmt::Arguments<'_>) -> DriverError {
        self.statement.damage(self, (self.nth, col), what)
    }
}

/// Runs a future whose every wait is on a [`SqliteConnection`].
pub(super) fn ready_now<T, E: From<DriverError>>(work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => Err(DriverError::Bug("it waited for something other than its connection".into()).into()),
    }
}

/// SQLite's messages name tables, columns and statements, never values.
pub(super) fn driver_error(error: rusqlite::Error) -> DriverError {
    let rusqlite::Error::SqliteFailure(failure, message) = &error else {
        return DriverError::Sql(error.to_string());
    };
    let text = format!("{} (code {})", message.as_deref().unwrap_or("no message"), failure.extended_code);
    match failure.code {
        ErrorCode::ConstraintViolation => DriverError::Constraint(text),
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => DriverError::Corrupt(text),
        ErrorCode::DatabaseBusy
        | ErrorCode::DatabaseLocked
        | ErrorCode::DiskFull
        | ErrorCode::SystemIoFailure
        | ErrorCode::CannotOpen
        | ErrorCode::OutOfMemory
        | ErrorCode::ReadOnly
        | ErrorCode::PermissionDenied
        | ErrorCode::OperationAborted
        | ErrorCode::OperationInterrupted
        | ErrorCode::FileLockingProtocolFailed => DriverError::Unavailable(text),
        _ => DriverError::Sql(text),
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use const_format::concatcp;

    use super::*;
    use crate::driver::{Kind, Record, all, one, query_one, record};

    record! { #[expect(dead_code, reason = "read to see what is refused")] struct Place as p { number: i64, due: i64 } }

    /// What holds of a connection holds of one that goes from thread to thread and of one that stays.
    fn on_each(test: impl Fn(&mut dyn Connection)) {
        let raw = || rusqlite::Connection::open_in_memory().unwrap();
        test(&mut SqliteConnection::new(raw()));
        let here = raw();
        test(&mut SqliteConnection::here(&here));
    }

    fn run(conn: &mut dyn Connection, sql: &'static str) {
        ready_now(conn.execute(sql, &[])).unwrap();
    }

    #[test]
    fn placeholders_are_bound_by_number_not_by_appearance() {
        on_each(|conn| {
            let found = ready_now(query_one(conn, "SELECT $2, $1, '$1', $2", &["a".into(), 7i64.into()], |row| {
                Ok((row.int(0)?, row.text(1)?.to_owned(), row.text(2)?.to_owned(), row.int(3)?))
            }));
            assert_eq!(found, Ok(Some((7, "a".into(), "$1".into(), 7))));
        });
    }

    #[test]
    fn a_wrong_number_of_parameters_is_refused() {
        on_each(|conn| {
            let few = ready_now(conn.execute("SELECT $1, $2", &[1i64.into()]));
            assert!(matches!(few, Err(DriverError::Sql(_))));
            let many = ready_now(conn.execute("SELECT $1", &[1i64.into(), 2i64.into()]));
            assert!(matches!(many, Err(DriverError::Sql(_))));
        });
    }

    #[test]
    fn a_column_of_another_type_is_corrupt_and_its_value_stays_unsaid() {
        on_each(|conn| {
            let error = ready_now(query_one(conn, "SELECT 'sesame'", &[], |row| row.int(0))).unwrap_err();
            assert!(matches!(error, DriverError::Corrupt(_)));
            assert!(!format!("{error} {error:?}").contains("sesame"));
        });
    }

    #[test]
    fn a_damaged_value_is_told_by_table_column_and_row() {
        on_each(|conn| {
            run(conn, "CREATE TABLE places (number INTEGER PRIMARY KEY, due)");
            run(conn, "INSERT INTO places VALUES (7, 1), (9, 'sesame'), (11, NULL)");
            let read = |conn: &mut dyn Connection, sql| ready_now(all::<Place>(conn, sql, &[])).map(|places| places.len());
            const TYPED: &str = concatcp!("SELECT ", Place::COLUMNS, " FROM places p WHERE p.number < 11 ORDER BY p.number");
            const NULL: &str = concatcp!("SELECT ", Place::COLUMNS, " FROM places p WHERE p.number = 11");
            let typed = "places.due is Text, not Integer, in row 2 of the answer (number 9)";
            assert_eq!(read(conn, TYPED), Err(DriverError::Corrupt(typed.into())));
            assert_eq!(read(conn, NULL), Err(DriverError::Corrupt("places.due is NULL in row 1 of the answer (number 11)".into())));
            let counted = ready_now(one::<String>(conn, "SELECT count(*) FROM places", &[]));
            let told = "column 0 of a statement on places is Integer, not Text, in row 1 of the answer";
            assert_eq!(counted, Err(DriverError::Corrupt(told.into())));
        });
    }

    #[test]
    fn a_statement_that_returns_other_columns_than_its_record_has_is_refused_when_prepared() {
        on_each(|conn| {
            run(conn, "CREATE TABLE places (number INTEGER PRIMARY KEY, due)");
            // There is no row: nothing but preparing can refuse them.
            for sql in [
                "SELECT p.number FROM places p",
                "SELECT p.due, p.number FROM places p",
                "SELECT p.number, p.due AS at FROM places p",
                "SELECT p.number, p.due, p.due FROM places p",
            ] {
                let refused = ready_now(all::<Place>(conn, sql, &[])).map(|places| places.len());
                assert!(matches!(&refused, Err(DriverError::Sql(why)) if why.ends_with(sql)), "{refused:?}");
            }
            assert_eq!(ready_now(all::<Place>(conn, "SELECT p.number, p.due FROM places p", &[])).map(|places| places.len()), Ok(0));
            assert!(matches!(ready_now(one::<i64>(conn, "SELECT 1, 2", &[])), Err(DriverError::Sql(_))));
        });
    }

    #[test]
    fn nulls_are_only_for_those_who_ask() {
        on_each(|conn| {
            let sql = "SELECT $1";
            assert_eq!(ready_now(query_one(conn, sql, &[None::<i64>.into()], |row| row.opt_int(0))), Ok(Some(None)));
            assert_eq!(ready_now(query_one(conn, sql, &[Some(5i64).into()], |row| row.opt_int(0))), Ok(Some(Some(5))));
            assert!(ready_now(query_one(conn, sql, &[Param::Null(Kind::Int)], |row| row.int(0))).is_err());
        });
    }

    #[test]
    fn two_rows_are_not_one_and_a_break_ends_the_reading() {
        on_each(|conn| {
            let sql = "SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3";
            assert!(matches!(ready_now(query_one(conn, sql, &[], |row| row.int(0))), Err(DriverError::Corrupt(_))));
            let mut seen = 0;
            let mut visit = |_: &dyn Row| {
                seen += 1;
                Ok(if seen == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            };
            ready_now(conn.query(sql.into(), &[], &mut visit)).unwrap();
            assert_eq!(seen, 2);
        });
    }

    #[test]
    fn a_held_statement_goes_on_after_errors_and_changes_of_its_table() {
        let raw = rusqlite::Connection::open_in_memory().unwrap();
        let mut conn = SqliteConnection::here(&raw);
        const ADD: &str = "INSERT INTO places VALUES ($1, $2)";
        run(&mut conn, "CREATE TABLE places (number INTEGER PRIMARY KEY, due)");
        for number in 0..3_i64 {
            assert_eq!(ready_now(conn.execute(ADD, &[number.into(), "soon".into()])), Ok(1));
        }
        assert!(matches!(ready_now(conn.execute(ADD, &[0_i64.into(), 7_i64.into()])), Err(DriverError::Constraint(_))));
        // A text elsewhere is another statement, whatever it says.
        let other: &'static str = String::leak(ADD.to_owned());
        assert_eq!(ready_now(conn.execute(other, &[3_i64.into(), Param::Null(Kind::Int)])), Ok(1));
        const READ: &str = "SELECT count(*) FROM places WHERE due = 'soon'";
        assert_eq!(ready_now(one::<i64>(&mut conn, READ, &[])), Ok(Some(3)));
        // The table is made anew: the statement goes on.
        run(&mut conn, "DROP TABLE places");
        assert!(ready_now(conn.execute(ADD, &[9_i64.into(), "soon".into()])).is_err());
        run(&mut conn, "CREATE TABLE places (number INTEGER PRIMARY KEY, due, more)");
        assert!(matches!(ready_now(conn.execute(ADD, &[9_i64.into(), "soon".into()])), Err(DriverError::Sql(_))));
        assert_eq!(ready_now(one::<i64>(&mut conn, READ, &[])), Ok(Some(0)));
    }

    #[test]
    fn waiting_for_anything_else_is_a_bug() {
        let result = ready_now(std::future::pending::<Result<(), DriverError>>());
        assert!(matches!(result, Err(DriverError::Bug(_))));
    }
}
