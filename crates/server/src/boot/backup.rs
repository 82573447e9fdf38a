//! Copying the database to a file, beside a running server or without one.

use std::path::PathBuf;

use cloakroom_engine::keys::Keyring;
use cloakroom_store::driver::sqlite::{Contents, CopyError, OpenError, Step, back_up as copy_database, seal};

use super::assemble::existing_master_key;
use super::files;
use crate::config::{self, Config};
use crate::failure::Failure;
use crate::http::time;
use crate::report::Report;

/// What `backup` is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupRequest {
    /// The file to make.
    pub to: PathBuf,
    /// Also where a file of that name is there already.
    pub replace: bool,
}

/// Copies the configured database to a file, checks and seals the copy, and says what it holds. Blocks until done.
///
/// # Errors
/// What kept it from being made; nothing stands under the name then, or what stood there before.
pub fn back_up(config: &Config, request: &BackupRequest, watch: &mut dyn FnMut(Step)) -> Result<Report, Failure> {
    let database = sqlite_file(config)?;
    let failed = |error| failure(&error, "another file, or --force to replace this one");
    if !database.exists() {
        return Err(failed(CopyError::Missing(database)));
    }
    let keys = Keyring::derive(&existing_master_key(config)?);
    let contents = copy_database(&database, &request.to, request.replace, |copy| seal(copy, &keys), watch).map_err(failed)?;
    let mut report = Report::default();
    report.say(format_args!("backed up to {} and checked: {}", request.to.display(), summary(&contents)));
    let key = match config.keys.master {
        Some(_) => "`keys.master`".to_owned(),
        None => files::master_key_file(&config.store.data_dir).display().to_string(),
    };
    report.say(format_args!("not in it: the master key ({key}), without which it cannot be restored; keep a copy of that elsewhere"));
    report.say("sealed: it is restored under this master key alone, and only as it is now");
    Ok(report)
}

/// The file of a SQLite database. PostgreSQL has tools of its own, which know more of it.
pub(super) fn sqlite_file(config: &Config) -> Result<PathBuf, Failure> {
    match config.store.database().map_err(Failure::new)? {
        config::Database::Sqlite(path) => Ok(path),
        config::Database::Postgres(_) => {
            Err(Failure::new("backup and restore are for SQLite").hint("pg_dump and pg_restore, or a continuous archive"))
        }
    }
}

/// What a database holds, in one line.
pub(super) fn summary(contents: &Contents) -> String {
    let Contents { bytes, schema: (version, name), sessions, users, last_entry_at } = contents;
    let last = last_entry_at.map_or_else(|| "no change yet".to_owned(), |at| format!("last change {}", time::seconds(at)));
    format!("schema {version} ({name}), {users} users, {sessions} sessions, {bytes} bytes, {last}")
}

/// A failure, with what to try where something stands in the way.
pub(super) fn failure(error: &CopyError, in_the_way: &str) -> Failure {
    let hint = match error {
        CopyError::Exists(_) => Some(in_the_way),
        CopyError::Open(OpenError::InUse { .. }) => Some("stop the server first"),
        CopyError::Damaged { .. } | CopyError::BrokenSeal(_) => Some("an older backup may be whole"),
        CopyError::Unsealed(_) => Some("--accept-unsealed restores it all the same: only if you know that nobody else could write to it"),
        CopyError::ForeignSeal(_) => Some(files::PUT_BACK),
        CopyError::Copying { .. } | CopyError::Writing { .. } | CopyError::Open(OpenError::Io { .. }) => {
            Some("is there room, and may this user write there?")
        }
        CopyError::Itself(_) | CopyError::Written(_) | CopyError::Missing(_) | CopyError::Open(_) => None,
    };
    let failed = Failure::new(error);
    match hint {
        Some(hint) => failed.hint(hint),
        None => failed,
    }
}
