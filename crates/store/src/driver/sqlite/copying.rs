//! Copying a whole database as it is at one moment, and judging a copy before anybody relies on it.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::opening::{APPLICATION_ID, OpenError, PATIENCE, io_error, parent};
use super::schema;
use crate::migrate;

/// Pages (of 4 KiB) per step: 4 MiB, small enough to show progress.
const PAGES_PER_STEP: i32 = 1024;

/// Steps between two syncs of the copy: 64 MiB. One sync of everything at the end would make the commits of a running server wait for it.
const STEPS_PER_SYNC: usize = 16;

/// What a copy is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Copying: so many bytes of so many.
    Copied {
        /// Written so far.
        bytes: u64,
        /// All there are.
        of: u64,
    },
    /// The copy is complete; every page of it is read and checked.
    Checking,
}

/// What a checked database holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// Its size in bytes.
    pub bytes: u64,
    /// Its last migration: number and name.
    pub schema: (i64, String),
    /// Sessions, the ended ones included.
    pub sessions: u64,
    /// Users.
    pub users: u64,
    /// When the last entry of its trail was written, in milliseconds since 1970; `None` where the trail is empty.
    pub last_entry_at: Option<i64>,
}

/// Why there is no copy. What stood under the name that was asked for is untouched.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// A file would have to be replaced.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    /// A file would have to be copied over itself.
    #[error("{} is the database itself", .0.display())]
    Itself(PathBuf),
    /// Another process writes the same copy.
    #[error("{} is being written by another process", .0.display())]
    Written(PathBuf),
    /// What was to be copied is not there.
    #[error("{} is not there", .0.display())]
    Missing(PathBuf),
    /// SQLite could not go on; the text says what the system lacks, a full disk among others.
    #[error("{} cannot be copied to {}: {error}", from.display(), to.display())]
    Copying {
        /// What was copied.
        from: PathBuf,
        /// The copy.
        to: PathBuf,
        /// As SQLite put it.
        error: rusqlite::Error,
    },
    /// The system could not go on; the text says what it lacks.
    #[error("{} cannot be copied to {}: {error}", from.display(), to.display())]
    Writing {
        /// What was copied.
        from: PathBuf,
        /// The copy.
        to: PathBuf,
        /// As the system put it.
        error: io::Error,
    },
    /// A page, an index or a constraint does not hold.
    #[error("{} is damaged: {found}", database.display())]
    Damaged {
        /// Which database.
        database: PathBuf,
        /// The first thing that SQLite found.
        found: String,
    },
    /// No seal stands at its end.
    #[error(
        "{} has no seal: its end is missing and it is damaged, or it was made before backups were sealed, or by something else; anybody \
         could have altered it unseen",
        .0.display()
    )]
    Unsealed(PathBuf),
    /// Another master key sealed it.
    #[error("this master key does not belong to the backup {}: another one sealed it", .0.display())]
    ForeignSeal(PathBuf),
    /// What is sealed is not what stands there.
    #[error("{} is damaged or was altered: its seal is of another content", .0.display())]
    BrokenSeal(PathBuf),
    /// It was not made by Cloakroom, has a schema that this binary does not know, or the system refused.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// Copies the database `from`, which may be in use, to the new private file `to`, and answers what it holds. One read transaction
/// holds the source still: writers go on beside it, and their log grows by what they write until the copy is complete. (Without it
/// SQLite begins anew at every commit of another process and never ends under load.)
pub(super) fn copy(from: &Path, to: &Path, watch: &mut dyn FnMut(Step)) -> Result<Contents, CopyError> {
    if !fs::exists(from).map_err(io_error(from))? {
        return Err(CopyError::Missing(from.to_owned()));
    }
    let source = open_source(from)?;
    // Kept open until SQLite has closed the file: closing it first would drop SQLite's locks.
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).map_err(io_error(to))?;
    run(&source, to, &file, watch).map_err(|error| match error {
        Stopped::Sqlite(error) => CopyError::Copying { from: from.to_owned(), to: to.to_owned(), error },
        Stopped::System(error) => io_error(to)(error).into(),
    })?;
    drop(source);
    watch(Step::Checking);
    let contents = check(to)?;
    file.sync_all().map_err(io_error(to))?;
    Ok(contents)
}

/// What stopped a copy.
enum Stopped {
    Sqlite(rusqlite::Error),
    System(io::Error),
}

impl From<rusqlite::Error> for Stopped {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

fn run(source: &Connection, to: &Path, file: &File, watch: &mut dyn FnMut(Step)) -> Result<(), Stopped> {
    source.execute_batch("BEGIN")?;
    // The transaction begins with its first read.
    let page_bytes: u32 = source.query_row("SELECT page_size FROM pragma_page_size", (), |row| row.get(0))?;
    source.query_row("SELECT count(*) FROM sqlite_schema", (), |_| Ok(()))?;
    let mut copy = open(to)?;
    // A copy that is not finished is thrown away: nothing to roll back, and synced below.
    copy.query_row("PRAGMA journal_mode=OFF", (), |_| Ok(()))?;
    copy.pragma_update(None, "synchronous", "OFF")?;
    let backup = Backup::new(source, &mut copy)?;
    for step in 1.. {
        let result = backup.step(PAGES_PER_STEP)?;
        let pages = |pages: i32| u64::try_from(pages).unwrap_or(0) * u64::from(page_bytes);
        let progress = backup.progress();
        watch(Step::Copied { bytes: pages(progress.pagecount - progress.remaining), of: pages(progress.pagecount) });
        match result {
            StepResult::Done => break,
            StepResult::More if step % STEPS_PER_SYNC == 0 => file.sync_data().map_err(Stopped::System)?,
            _ => {}
        }
    }
    drop(backup);
    drop(copy);
    // One plain file, which can be read where nothing can be written.
    open(to)?.query_row("PRAGMA journal_mode=DELETE", (), |_| Ok(()))?;
    Ok(())
}

fn open(file: &Path) -> rusqlite::Result<Connection> {
    Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)
}

/// Reads all of a database that no other process has open: checks that it is ours, undamaged, and of a known schema.
pub(super) fn check(file: &Path) -> Result<Contents, CopyError> {
    let sql = |error: rusqlite::Error| CopyError::Damaged { database: file.to_owned(), found: error.to_string() };
    let conn = open(file).map_err(sql)?;
    conn.pragma_update(None, "query_only", "ON").map_err(sql)?;
    let found: String = conn.query_row("PRAGMA integrity_check(1)", (), |row| row.get(0)).map_err(sql)?;
    if found != "ok" {
        return Err(CopyError::Damaged { database: file.to_owned(), found });
    }
    let recorded = schema::recorded(&conn).map_err(sql)?;
    migrate::plan(migrate::SQLITE, &recorded).map_err(|error| OpenError::Schema { database: file.to_owned(), error })?;
    let Some(last) = recorded.last() else {
        return Err(OpenError::Foreign { database: file.to_owned(), why: "it has no schema yet".into() }.into());
    };
    let count = |sql: &str| conn.query_row(sql, (), |row| row.get::<_, i64>(0).map(i64::unsigned_abs));
    let last_entry = "SELECT max(at) FROM audit_log WHERE sequence = (SELECT max(sequence) FROM audit_log)";
    Ok(Contents {
        bytes: fs::metadata(file).map_err(io_error(file))?.len(),
        schema: (last.version, last.name.clone()),
        sessions: count("SELECT count(*) FROM sessions").map_err(sql)?,
        users: count("SELECT count(*) FROM users").map_err(sql)?,
        last_entry_at: conn.query_row(last_entry, (), |row| row.get(0)).map_err(sql)?,
    })
}

/// Opens a database to read it while another process writes, and checks that it is ours.
fn open_source(file: &Path) -> Result<Connection, CopyError> {
    let foreign = |why: String| OpenError::Foreign { database: file.to_owned(), why }.into();
    let failed = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => foreign(error.to_string()),
        Some(ErrorCode::DatabaseCorrupt) => CopyError::Damaged { database: file.to_owned(), found: error.to_string() },
        _ => OpenError::from(error).into(),
    };
    let conn = open(file).map_err(failed)?;
    conn.busy_timeout(PATIENCE).map_err(failed)?;
    conn.pragma_update(None, "query_only", "ON").map_err(failed)?;
    match conn.query_row("PRAGMA application_id", (), |row| row.get::<_, i32>(0)).map_err(failed)? {
        APPLICATION_ID => Ok(conn),
        found => Err(foreign(format!("its application_id is {found}, not {APPLICATION_ID}"))),
    }
}

/// `file` with something added to its name.
pub(super) fn named(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Removes a database and all that SQLite may have left beside it.
pub(super) fn remove(database: &Path) -> Result<(), OpenError> {
    for file in ["", "-wal", "-shm", "-journal"].map(|ending| named(database, ending)) {
        match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io_error(&file)(error)),
            _ => {}
        }
    }
    Ok(())
}

/// Waits until the names in the directory of `file` are on disk.
pub(super) fn sync_names(file: &Path) -> Result<(), OpenError> {
    let directory = parent(file);
    File::open(directory).and_then(|directory| directory.sync_all()).map_err(io_error(directory))
}
