//! Why a driver did not do what it was asked.

use cloakroom_engine::error::StoreError;

/// Why a driver did not do what it was asked. Never contains the value of a parameter or of a column.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DriverError {
    /// The queue is full; nothing was begun. Trying again in a moment may succeed.
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

impl From<DriverError> for StoreError {
    fn from(error: DriverError) -> Self {
        match error {
            DriverError::Overloaded => Self::Overloaded,
            DriverError::Unavailable(what) => Self::Unavailable(what),
            DriverError::OutcomeUnknown(what) => Self::OutcomeUnknown(what),
            DriverError::Constraint(what) | DriverError::Corrupt(what) | DriverError::Sql(what) | DriverError::Bug(what) => {
                Self::Corrupt(what)
            }
        }
    }
}
