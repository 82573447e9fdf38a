//! A copy of a database under a name of the operator's choice: the whole of it, or nothing.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use super::copying::{Contents, CopyError, Step, copy, named, remove, sync_names};
use super::opening::{OpenError, check_version, io_error, resolve};

/// Copies the database to the file `to` (mode 0600), whether or not a server has it open, and checks the copy. The name appears
/// when the copy is complete, checked, finished and on disk; until then it is written as `<to>.partial`. `finish` is given that file
/// last, and may refuse it. Blocks until done.
///
/// # Errors
/// See [`CopyError`]: among them a file `to` that is there already, unless `replace` says that it goes.
pub fn back_up(
    database: &Path,
    to: &Path,
    replace: bool,
    finish: impl FnOnce(&Path) -> Result<(), CopyError>,
    watch: &mut dyn FnMut(Step),
) -> Result<Contents, CopyError> {
    check_version(rusqlite::version_number())?;
    if !fs::exists(database).map_err(io_error(database))? {
        return Err(CopyError::Missing(database.to_owned()));
    }
    let (database, to) = (resolve(database)?, resolve(to)?);
    if database == to {
        return Err(CopyError::Itself(to));
    }
    if fs::exists(&to).map_err(io_error(&to))? && !replace {
        return Err(CopyError::Exists(to));
    }
    let (partial, lock) = (named(&to, ".partial"), named(&to, ".partial.lock"));
    let _held = hold(&lock)?.ok_or_else(|| CopyError::Written(to.clone()))?;
    // What an interrupted backup left.
    remove(&partial)?;
    let copied = copy(&database, &partial, watch).and_then(|contents| {
        finish(&partial)?;
        fs::rename(&partial, &to).map_err(io_error(&to))?;
        sync_names(&to)?;
        Ok(contents)
    });
    if copied.is_err() {
        remove(&partial)?;
    }
    fs::remove_file(&lock).map_err(io_error(&lock))?;
    copied
}

/// The lock, until it is dropped; `None` when another process has it. Its holder removes the file.
fn hold(lock: &Path) -> Result<Option<File>, OpenError> {
    let held = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(lock).map_err(io_error(lock))?;
    match held.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(io_error(lock)(error)),
    }
    // Had the last holder removed the file between our opening and locking it, the next one would lock another.
    let ours = held.metadata().map_err(io_error(lock))?.ino();
    let named = fs::metadata(lock).is_ok_and(|named| named.ino() == ours);
    Ok(named.then_some(held))
}
