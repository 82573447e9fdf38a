//! What is checked before a database is used.

use super::Address;
use super::failure::driver_error;
use super::link::Link;
use crate::migrate::MigrateError;

/// The oldest PostgreSQL that the suite is run on.
const OLDEST_POSTGRES: i32 = 150_000;

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

impl From<tokio_postgres::Error> for OpenError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Sql(driver_error(&error).to_string())
    }
}

/// Refuses what cannot be ours, before anything is changed.
pub(super) async fn check(link: &Link, address: &Address) -> Result<(), OpenError> {
    let sql = "SELECT current_setting('server_version_num')::int4, current_setting('server_encoding')";
    let row = link.client().query_one(sql, &[]).await?;
    check_version(row.get(0))?;
    let encoding: &str = row.get(1);
    if encoding != "UTF8" {
        return Err(OpenError::Encoding(address.to_string(), encoding.to_owned()));
    }
    let sql = "SELECT count(*) FILTER (WHERE tablename = 'migrations'), count(*) FROM pg_tables WHERE schemaname = current_schema()";
    let row = link.client().query_one(sql, &[]).await?;
    match (row.get::<_, i64>(0), row.get::<_, i64>(1)) {
        (0, tables) if tables > 0 => Err(OpenError::Foreign(address.to_string())),
        _ => Ok(()),
    }
}

const fn check_version(found: i32) -> Result<(), OpenError> {
    if found < OLDEST_POSTGRES { Err(OpenError::TooOld { found }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_postgres_is_refused() {
        assert!(matches!(check_version(140_020), Err(OpenError::TooOld { found: 140_020 })));
        assert!(check_version(OLDEST_POSTGRES).is_ok() && check_version(180_001).is_ok());
    }
}
