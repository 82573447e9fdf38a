//! What is checked and set before a database is used.

use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{Location, Options, checkpoint};
use crate::driver::stats::FRAME_BYTES;
use crate::migrate::MigrateError;

/// The oldest SQLite trusted with a write-ahead log and several connections: before 3.51.3, resetting the log could corrupt it.
const OLDEST_SQLITE: i32 = 3_051_003;

/// How long somebody who looks at a database waits for a server that opens or closes it just now.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// `CLKR`, in the database's header.
pub(super) const APPLICATION_ID: i32 = 0x434c_4b52;

/// Why a database is not opened. Nothing was changed in it, unless it is [`OpenError::Sql`] or [`OpenError::Io`].
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The SQLite linked at run time is too old.
    #[error("SQLite {found} is too old: {OLDEST_SQLITE} or newer is needed (as SQLITE_VERSION_NUMBER)")]
    TooOld {
        /// Its version number, such as 3051003.
        found: i32,
    },
    /// Another store, in this process or another, has it open.
    #[error("{} is in use by another process: only one may have it open (its lock is {})", database.display(), lock.display())]
    InUse {
        /// The database.
        database: PathBuf,
        /// The file whose lock is held.
        lock: PathBuf,
    },
    /// A database of something else.
    #[error("{} is not a database of Cloakroom: {why}", database.display())]
    Foreign {
        /// The database.
        database: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The schema is newer, or not what this binary would have made.
    #[error("{}: {error}", database.display())]
    Schema {
        /// The database.
        database: PathBuf,
        /// In what way.
        error: MigrateError,
    },
    /// The file system refused.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file or directory concerned.
        path: PathBuf,
        /// As the system put it.
        error: io::Error,
    },
    /// SQLite refused.
    #[error("SQLite: {0}")]
    Sql(String),
    /// The system gave no thread.
    #[error("no thread could be started: {0}")]
    Thread(io::Error),
}

impl OpenError {
    /// Whether the schema is an older one, which the next start of a server brings up.
    #[must_use]
    pub const fn is_behind(&self) -> bool {
        matches!(self, Self::Schema { error: MigrateError::Behind { .. }, .. })
    }
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        OpenError::Sql(error.to_string())
    }
}

pub(super) fn io_error(path: &Path) -> impl Fn(io::Error) -> OpenError {
    move |error| OpenError::Io { path: path.to_owned(), error }
}

/// A database file, and how connections to it are set.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) file: PathBuf,
    options: Options,
}

/// What must live as long as the store.
pub(super) struct Held {
    /// Released when the file is closed, by whatever way the process ends.
    _lock: File,
    /// The private directory of a [`Location::Temporary`], removed when dropped.
    _directory: Option<tempfile::TempDir>,
}

/// Resolves, locks and, where missing, creates the file.
pub(super) fn claim(location: &Location, options: &Options) -> Result<(Place, Held), OpenError> {
    check_version(rusqlite::version_number())?;
    let (file, directory) = match location {
        Location::File(path) => (resolve(path)?, None),
        Location::Temporary => {
            let directory = temporary()?;
            (directory.path().join("store.db"), Some(directory))
        }
    };
    let lock = lock(&file)?;
    create(&file)?;
    Ok((Place { file, options: options.clone() }, Held { _lock: lock, _directory: directory }))
}

pub(super) fn check_version(found: i32) -> Result<(), OpenError> {
    if found < OLDEST_SQLITE { Err(OpenError::TooOld { found }) } else { Ok(()) }
}

/// Two names of one file must find the same lock.
pub(super) fn resolve(path: &Path) -> Result<PathBuf, OpenError> {
    match fs::canonicalize(path) {
        Ok(file) => Ok(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let name = path.file_name().ok_or_else(|| io_error(path)(io::ErrorKind::InvalidInput.into()))?;
            let parent = parent(path);
            Ok(fs::canonicalize(parent).map_err(io_error(parent))?.join(name))
        }
        Err(error) => Err(io_error(path)(error)),
    }
}

pub(super) fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// In memory where the system has it. SQLite's own in-memory databases have no log, hence no readers beside the writer.
fn temporary() -> Result<tempfile::TempDir, OpenError> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("cloakroom-");
    builder.tempdir_in("/dev/shm").or_else(|_| builder.tempdir()).map_err(io_error(Path::new("temporary directory")))
}

pub(super) fn lock(file: &Path) -> Result<File, OpenError> {
    let mut name = file.as_os_str().to_owned();
    name.push(".lock");
    let path = PathBuf::from(name);
    let lock = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path).map_err(io_error(&path))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { database: file.to_owned(), lock: path }),
        Err(TryLockError::Error(error)) => Err(io_error(&path)(error)),
    }
}

/// SQLite gives its log and index the mode of the database, so the mode is set here once.
fn create(file: &Path) -> Result<(), OpenError> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Ok(created) => {
            created.set_permissions(Permissions::from_mode(0o600)).map_err(io_error(file))?;
            let parent = parent(file);
            File::open(parent).and_then(|parent| parent.sync_all()).map_err(io_error(parent))
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(io_error(file)(error)),
    }
}

impl Place {
    /// The connection that writes. It is opened first, since it also checks whether this is a database of ours.
    pub(super) fn writer(&self) -> Result<Connection, OpenError> {
        let conn = self.open(self.options.busy_timeout)?;
        // Before any setting: most of them already read the file.
        self.check_owner(&conn)?;
        set(&conn, self.options.writer_cache_kib)?;
        let mode: String = conn.query_row("PRAGMA journal_mode=WAL", (), |row| row.get(0))?;
        if mode != "wal" {
            return Err(OpenError::Sql(format!("the file system allows no write-ahead log (journal mode {mode})")));
        }
        conn.pragma_update(None, "synchronous", "FULL")?;
        // What a long read let the log grow to is cut off with the first commit of the log that begins anew.
        let longest = checkpoint::longest_log(self.options.checkpoint_pages).saturating_mul(FRAME_BYTES);
        conn.query_row(&format!("PRAGMA journal_size_limit={longest}"), (), |_| Ok(()))?;
        Ok(conn)
    }

    /// A connection that cannot write.
    pub(super) fn reader(&self) -> Result<Connection, OpenError> {
        let conn = self.open(self.options.busy_timeout)?;
        set(&conn, self.options.reader_cache_kib)?;
        conn.pragma_update(None, "mmap_size", self.options.reader_mmap_bytes)?;
        conn.pragma_update(None, "query_only", "ON")?;
        Ok(conn)
    }

    /// A connection for checkpoints. It holds up the writer while it waits for readers, hence not for long.
    pub(super) fn checkpointer(&self) -> Result<Connection, OpenError> {
        let conn = self.open(Duration::from_millis(100).min(self.options.busy_timeout))?;
        set(&conn, 64)?;
        conn.pragma_update(None, "synchronous", "FULL")?;
        Ok(conn)
    }

    /// The file of the write-ahead log.
    pub(super) fn log(&self) -> PathBuf {
        let mut name = self.file.as_os_str().to_owned();
        name.push("-wal");
        PathBuf::from(name)
    }

    fn open(&self, busy_timeout: Duration) -> Result<Connection, OpenError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(&self.file, flags)?;
        conn.busy_timeout(busy_timeout)?;
        Ok(conn)
    }

    /// An empty database becomes ours; anything else must be ours already.
    fn check_owner(&self, conn: &Connection) -> Result<(), OpenError> {
        let foreign = |why: String| OpenError::Foreign { database: self.file.clone(), why };
        let read = |sql: &str| {
            conn.query_row(sql, (), |row| row.get::<_, i64>(0)).map_err(|error| match error.sqlite_error_code() {
                Some(ErrorCode::NotADatabase) => foreign(error.to_string()),
                _ => error.into(),
            })
        };
        let id = read("PRAGMA application_id")?;
        if id == i64::from(APPLICATION_ID) {
            return Ok(());
        }
        if id != 0 || read("SELECT count(*) FROM sqlite_schema")? != 0 {
            return Err(foreign(format!("its application_id is {id}, not {APPLICATION_ID}")));
        }
        conn.pragma_update(None, "application_id", APPLICATION_ID)?;
        Ok(())
    }
}

fn set(conn: &Connection, cache_kib: u32) -> Result<(), OpenError> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // A misspelt column name in double quotes is an error, not a string.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    // Without this guarantee, a join is planned anew whenever another value is bound: eight times the cost of a point read.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.pragma_update(None, "trusted_schema", "OFF")?;
    conn.pragma_update(None, "foreign_keys", "ON")?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.pragma_update(None, "cache_size", -i64::from(cache_kib))?;
    conn.query_row("PRAGMA wal_autocheckpoint=0", (), |_| Ok(()))?;
    Ok(())
}

pub(super) fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, OpenError> {
    thread::Builder::new().name(name.into()).spawn(work).map_err(OpenError::Thread)
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn an_old_sqlite_is_refused() {
        assert!(matches!(check_version(3_051_002), Err(OpenError::TooOld { found: 3_051_002 })));
        assert!(check_version(OLDEST_SQLITE).is_ok());
        assert!(check_version(rusqlite::version_number()).is_ok());
    }

    #[test]
    fn a_statement_is_planned_once_whatever_is_bound() {
        let conn = Connection::open_in_memory().unwrap();
        set(&conn, 64).unwrap();
        conn.execute_batch("CREATE TABLE a (n INTEGER PRIMARY KEY, b INTEGER); CREATE TABLE b (n INTEGER PRIMARY KEY)").unwrap();
        let mut join = conn.prepare("SELECT b.n FROM a JOIN b ON b.n = a.b WHERE a.n = ?1").unwrap();
        for bound in 0..3 {
            assert!(!join.exists([bound]).unwrap());
        }
        assert_eq!((join.get_status(StatementStatus::Run), join.get_status(StatementStatus::RePrepare)), (3, 0));
    }
}
