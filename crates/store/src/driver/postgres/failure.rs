//! What PostgreSQL's errors mean here.

use std::error::Error as _;
use std::io;

use tokio_postgres::Error;
use tokio_postgres::error::{DbError, Severity, SqlState};

use crate::driver::DriverError;

/// What an error says about the statement, without a value: PostgreSQL's messages may repeat one, so only those of failures of its
/// own are repeated here.
pub(super) fn driver_error(error: &Error) -> DriverError {
    let Some(told) = error.as_db_error() else {
        return if is_lost(error) { lost() } else { DriverError::Sql(error.to_string()) };
    };
    let code = told.code();
    match &code.code()[..2] {
        "23" => DriverError::Constraint(format!("{} ({})", told.constraint().unwrap_or("a constraint"), code.code())),
        "08" | "40" | "53" | "55" | "57" | "58" | "25" | "28" | "3D" => DriverError::Unavailable(text(told)),
        "XX" => DriverError::Corrupt(text(told)),
        // A mistake in a statement: its own words, all of them ours.
        "42" | "0A" | "26" => DriverError::Sql(text(told)),
        _ => DriverError::Sql(format!("PostgreSQL refused it ({})", code.code())),
    }
}

fn text(told: &DbError) -> String {
    format!("{} ({})", told.message(), told.code().code())
}

/// The connection is gone, and with it the transaction that was open on it.
pub(super) fn lost() -> DriverError {
    DriverError::Unavailable("the connection to PostgreSQL is lost".into())
}

/// Whether the connection is of no more use.
pub(super) fn is_lost(error: &Error) -> bool {
    match error.as_db_error() {
        Some(told) => is_fatal(told),
        None => error.is_closed() || error.source().is_some_and(|source| source.is::<io::Error>()),
    }
}

fn is_fatal(told: &DbError) -> bool {
    matches!(told.parsed_severity(), Some(Severity::Fatal | Severity::Panic))
}

/// Whether the transaction, which certainly did not happen, is worth another run: it met others, or its connection went away.
pub(super) fn is_worth_another_run(error: &Error) -> bool {
    let met = |told: &DbError| {
        [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED, SqlState::READ_ONLY_SQL_TRANSACTION].contains(told.code())
    };
    is_lost(error) || error.as_db_error().is_some_and(met)
}

/// What an error of `COMMIT` leaves open: an error that PostgreSQL itself reports, and survives, means that it rolled back; with any
/// other it may have committed.
pub(super) fn commit_error(error: &Error) -> DriverError {
    match error.as_db_error() {
        Some(told) if !is_fatal(told) => driver_error(error),
        _ => DriverError::OutcomeUnknown("the connection to PostgreSQL was lost at the commit".into()),
    }
}
