//! Putting a backup in the place of a database: prepared beside it, then one rename. Until that, the old one stands; after it, the
//! new one, whatever interrupts.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use cloakroom_engine::keys::Keyring;
use rusqlite::{Connection, OpenFlags};

use super::copying::{Contents, CopyError, Step, check, copy, named, remove, sync_names};
use super::opening::{OpenError, check_version, io_error, lock, parent, resolve};
use super::sealing::unseal;

/// A database file that a backup is about to take the place of. Holds its lock: no server starts on it meanwhile.
#[derive(Debug)]
pub struct Restore {
    database: PathBuf,
    staged: PathBuf,
    _lock: File,
}

impl Restore {
    /// Takes the lock of the database at `path`, whose directory must exist.
    ///
    /// # Errors
    /// [`CopyError::Exists`] where a database is there already, unless `replace` says that it is to be moved aside;
    /// [`OpenError::InUse`] while a server has it open.
    pub fn begin(path: &Path, replace: bool) -> Result<Self, CopyError> {
        check_version(rusqlite::version_number())?;
        let database = resolve(path)?;
        let lock = lock(&database)?;
        if !replace && files_of(&database)?.next().is_some() {
            return Err(CopyError::Exists(database));
        }
        Ok(Self { staged: named(&database, ".restoring"), database, _lock: lock })
    }

    /// Copies the backup `from` beside the database and checks the copy, which then waits at [`Restore::staged`]. Blocks until done.
    ///
    /// # Errors
    /// See [`CopyError`]; nothing is left then.
    pub fn stage(&self, from: &Path, watch: &mut dyn FnMut(Step)) -> Result<Contents, CopyError> {
        self.staged_by(from, |from, staged| copy(from, staged, watch))
    }

    fn staged_by(&self, from: &Path, copied: impl FnOnce(&Path, &Path) -> Result<Contents, CopyError>) -> Result<Contents, CopyError> {
        if !fs::exists(from).map_err(io_error(from))? {
            return Err(CopyError::Missing(from.to_owned()));
        }
        let from = resolve(from)?;
        if from == self.database {
            return Err(CopyError::Itself(from));
        }
        // What an interrupted restore left.
        self.discard()?;
        let staged = copied(&from, &self.staged).and_then(|contents| {
            skip_numbers(&self.staged).map_err(|error| CopyError::Copying { from: from.clone(), to: self.staged.clone(), error })?;
            Ok(contents)
        });
        if staged.is_err() {
            self.discard()?;
        }
        staged
    }

    /// As [`Restore::stage`], of a backup that carries the seal of this key. Nothing of it is looked at before the seal is.
    ///
    /// # Errors
    /// See [`CopyError`]; nothing is left then.
    pub fn stage_sealed(&self, from: &Path, keys: &Keyring, watch: &mut dyn FnMut(Step)) -> Result<Contents, CopyError> {
        self.staged_by(from, |from, staged| {
            unseal(from, staged, keys, watch)?;
            watch(Step::Checking);
            check(staged)
        })
    }

    /// The database that is to take the place; a store may be opened on it, and must be closed before [`Restore::publish`].
    #[must_use]
    pub fn staged(&self) -> &Path {
        &self.staged
    }

    /// Removes what was staged: the restore is given up.
    ///
    /// # Errors
    /// What the system says.
    pub fn discard(&self) -> Result<(), CopyError> {
        remove(&self.staged)?;
        remove(&named(&self.staged, ".lock"))?;
        Ok(())
    }

    /// Puts the staged database in place. What stood there keeps its content under the same name with `aside` at the end; answers
    /// that name.
    ///
    /// # Errors
    /// What the system says. The old one or the new one is in place, and neither is lost.
    pub fn publish(self, aside: &str) -> Result<Option<PathBuf>, CopyError> {
        remove(&named(&self.staged, ".lock"))?;
        // What a store wrote to it must be in the one file that is put in place.
        empty_log(&self.staged).map_err(OpenError::from)?;
        let log = named(&self.staged, "-wal");
        if fs::exists(&log).map_err(io_error(&log))? {
            return Err(io_error(&log)(std::io::ErrorKind::ResourceBusy.into()).into());
        }
        let staged = File::open(&self.staged).and_then(|staged| staged.sync_all());
        staged.map_err(io_error(&self.staged))?;
        let replaced = self.keep_old(&named(&self.database, aside))?;
        fs::rename(&self.staged, &self.database).map_err(io_error(&self.database))?;
        sync_names(&self.database)?;
        Ok(replaced)
    }

    /// Gives what is in place a second name. A log beside it must not outlive it, or SQLite would play it into the new one; so the
    /// log is first emptied into it. Where that fails the database cannot be opened anyway, and its log is moved.
    fn keep_old(&self, aside: &Path) -> Result<Option<PathBuf>, OpenError> {
        if files_of(&self.database)?.next().is_none() {
            return Ok(None);
        }
        self.drop_second_names()?;
        if fs::exists(aside).map_err(io_error(aside))? {
            return Err(io_error(aside)(std::io::ErrorKind::AlreadyExists.into()));
        }
        let emptied = empty_log(&self.database);
        for ending in files_of(&self.database)?.collect::<Vec<_>>() {
            let (old, kept) = (named(&self.database, ending), named(aside, ending));
            fs::hard_link(&old, &kept).map_err(io_error(&kept))?;
        }
        sync_names(aside)?;
        if let Err(error) = emptied {
            tracing::warn!(%error, "the database that is replaced cannot be opened; it is kept as it is");
        }
        for ending in ["-wal", "-shm"] {
            let file = named(&self.database, ending);
            if fs::exists(&file).map_err(io_error(&file))? {
                fs::remove_file(&file).map_err(io_error(&file))?;
            }
        }
        Ok(Some(aside.to_owned()))
    }

    /// Removes the second names that a restore gave to what is still in place, when it was interrupted before it replaced it.
    fn drop_second_names(&self) -> Result<(), OpenError> {
        let directory = parent(&self.database);
        for entry in fs::read_dir(directory).map_err(io_error(directory))? {
            let path = entry.map_err(io_error(directory))?.path();
            for ending in files_of(&self.database)? {
                let first = named(&self.database, ending);
                if path != first && is_same_file(&path, &first) {
                    fs::remove_file(&path).map_err(io_error(&path))?;
                }
            }
        }
        Ok(())
    }
}

/// Whether both names are of one file (hard links); a symbolic link is a file of its own.
fn is_same_file(one: &Path, other: &Path) -> bool {
    let place = |path: &Path| fs::symlink_metadata(path).ok().map(|found| (found.dev(), found.ino()));
    place(one).is_some_and(|one| Some(one) == place(other))
}

/// Which of the database's files are there, by their endings.
fn files_of(database: &Path) -> Result<impl Iterator<Item = &'static str> + use<>, OpenError> {
    let mut found = Vec::new();
    for ending in ["", "-wal"] {
        let file = named(database, ending);
        if fs::exists(&file).map_err(io_error(&file))? {
            found.push(ending);
        }
    }
    Ok(found.into_iter())
}

/// Closing the last connection copies the log into the database and removes it.
fn empty_log(database: &Path) -> rusqlite::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(database, flags)?;
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()))?;
    conn.close().map_err(|(_, error)| error)
}

/// Numbers given out after the backup was made are known to clients as ids. So that none of them comes to name something else,
/// every sequence leaps by as many as it ever gave out, and at least a million.
fn skip_numbers(database: &Path) -> rusqlite::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(database, flags)?;
    conn.execute("UPDATE sqlite_sequence SET seq = seq + max(seq, 1000000)", ())?;
    conn.close().map_err(|(_, error)| error)
}
