//! Why a database is not opened.

use super::failure::driver_error;
use crate::migrate::MigrateError;

/// The oldest PostgreSQL that the suite is run on.
pub(super) const OLDEST_POSTGRES: i32 = 150_000;

/// Why a database is not opened. Nothing was changed in it, unless it is [`OpenError::Sql`].
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL is not understood. It is not repeated: it may hold a password.
    #[error("the URL of the database is not understood: {0}")]
    Address(&'static str),
    /// The certificates to verify the server by.
    #[error("the certificates to verify PostgreSQL by cannot be used: {0}")]
    Certificates(String),
    /// No host that can write answered, or none let us in.
    #[error("{address} cannot be reached: {problem}")]
    Unreachable {
        /// Where it should be.
        address: String,
        /// As PostgreSQL or the system put it.
        problem: String,
    },
    /// The server is too old.
    #[error("PostgreSQL {found} is too old: {OLDEST_POSTGRES} or newer is needed (as server_version_num)")]
    TooOld {
        /// Its version number, such as 140011.
        found: i32,
    },
    /// A database of something else.
    #[error("{0} is not a database of Cloakroom: it has tables and no record of our migrations")]
    Foreign(String),
    /// The database's text is not UTF-8.
    #[error("{0} has the encoding {1}: it must be made with UTF8")]
    Encoding(String, String),
    /// The schema is newer, or not what this binary would have made.
    #[error("{address}: {error}")]
    Schema {
        /// Which database.
        address: String,
        /// In what way.
        error: MigrateError,
    },
    /// PostgreSQL refused.
    #[error("PostgreSQL: {0}")]
    Sql(String),
    /// The system gave no thread.
    #[error("no thread could be started: {0}")]
    Thread(std::io::Error),
}

impl OpenError {
    /// Whether the schema is an older one, which the next start of a server brings up.
    #[must_use]
    pub const fn is_behind(&self) -> bool {
        matches!(self, Self::Schema { error: MigrateError::Behind { .. }, .. })
    }
}

impl From<tokio_postgres::Error> for OpenError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Sql(driver_error(&error).to_string())
    }
}
