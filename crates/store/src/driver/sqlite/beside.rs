//! Reading a database that another process may have open, and leaving it as it is.

use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection as Raw, OpenFlags};

use super::connection::SqliteConnection;
use super::opening::{APPLICATION_ID, PATIENCE};
use super::readers::snapshot;
use super::{Connection, DriverError, OpenError, Work, objects, schema};
use crate::migrate;

/// One reading connection beside whatever else there is. It takes no lock that keeps a server from anything; a read under way only
/// lets the log grow, so let each be short.
pub struct Beside {
    conn: SqliteConnection,
}

impl Beside {
    /// Opens a database that exists and has exactly this binary's schema.
    ///
    /// # Errors
    /// See [`OpenError`]. Nothing is created, migrated or emptied.
    pub fn open(file: &Path) -> Result<Self, OpenError> {
        // Not SQLITE_OPEN_READ_ONLY: after a crash somebody has to recover the log before it can be read, and that writes its index.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let raw = Raw::open_with_flags(file, flags)?;
        raw.busy_timeout(PATIENCE)?;
        raw.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        // Were this the last connection to close, it would otherwise empty the log.
        raw.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        raw.query_row("PRAGMA wal_autocheckpoint=0", (), |_| Ok(()))?;
        raw.pragma_update(None, "query_only", "ON")?;
        let id: i64 = raw.query_row("PRAGMA application_id", (), |row| row.get(0))?;
        if id != i64::from(APPLICATION_ID) {
            return Err(OpenError::Foreign { database: file.to_owned(), why: format!("its application_id is {id}, not {APPLICATION_ID}") });
        }
        let schema_error = |error| OpenError::Schema { database: PathBuf::from(file), error };
        let recorded = schema::recorded(&raw)?;
        let behind = migrate::plan(migrate::SQLITE, &recorded).map_err(schema_error)?;
        if let Some(missing) = behind.first() {
            return Err(schema_error(migrate::MigrateError::Behind { missing: missing.version }));
        }
        objects::judge(&raw, recorded.len())?.map_err(schema_error)?;
        Ok(Self { conn: SqliteConnection::new(raw) })
    }

    /// Reads, all statements from one snapshot.
    ///
    /// # Errors
    /// The work's own, or from the driver.
    pub fn read<T, E, F>(&mut self, work: F) -> Result<T, E>
    where
        F: for<'c> FnOnce(&'c mut dyn Connection) -> Work<'c, T, E>,
        E: From<DriverError>,
    {
        snapshot(&mut self.conn, work)
    }
}
