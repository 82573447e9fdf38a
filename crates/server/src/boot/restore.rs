//! Putting a backup in the place of the database. Everything is done and checked on a copy beside it; then one rename decides.

use std::path::{Path, PathBuf};

use cloakroom_engine::clock::Clock as _;
use cloakroom_engine::error::EngineError;
use cloakroom_engine::keys::Keyring;
use cloakroom_engine::sessions::restored::RestoredSessions;
use cloakroom_store::driver::sqlite::{CopyError, Restore, Step};

use super::ambient::{MachineClock, MachineEntropy};
use super::assemble::{assemble_on, issuer, master_key};
use super::backup::{failure, sqlite_file, summary};
use super::files;
use super::outside::{as_failure, outside};
use crate::config::{self, Config};
use crate::failure::Failure;
use crate::http::time;
use crate::logging;
use crate::report::Report;

/// What `restore` is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoreRequest {
    /// The backup.
    pub from: PathBuf,
    /// What becomes of its sessions.
    pub sessions: RestoredSessions,
    /// Also where a database is there already, which then is moved aside.
    pub replace: bool,
    /// Also a backup without a seal.
    pub accept_unsealed: bool,
}

/// The database that a restore would take the place of, where there is one: where it is, and how many bytes it has.
pub fn database_here(config: &Config) -> Option<(String, u64)> {
    let database = sqlite_file(config).ok()?;
    let facts = std::fs::metadata(&database).ok()?;
    Some((database.display().to_string(), facts.len()))
}

const IN_THE_WAY: &str = "another directory with --data-dir, or --force, which moves that one aside and deletes nothing";

/// Restores a backup as the configured database.
///
/// # Errors
/// What kept it from being restored; the old database, or none, is in place then.
pub async fn restore(config: Config, request: RestoreRequest, watch: &mut dyn FnMut(Step)) -> Result<Report, Failure> {
    logging::start(&config.log).map_err(Failure::new)?;
    let database = sqlite_file(&config)?;
    files::data_dir(&config.store.data_dir)?;
    let restore = Restore::begin(&database, request.replace).map_err(|error| failure(&error, IN_THE_WAY))?;
    let keys = Keyring::derive(&master_key(&config, &MachineEntropy, false)?);
    let (staged, is_sealed) = match restore.stage_sealed(&request.from, &keys, watch) {
        Err(CopyError::Unsealed(_)) if request.accept_unsealed => (restore.stage(&request.from, watch), false),
        staged => (staged, true),
    };
    let contents = staged.map_err(|error| failure(&error, IN_THE_WAY))?;
    if let Err(refused) = settle(&config, restore.staged(), request.sessions).await {
        restore.discard().map_err(Failure::new)?;
        return Err(refused);
    }
    let now = time::millis(MachineClock.now().as_millis()).replace(['-', ':'], "");
    let replaced = restore.publish(&format!(".replaced-{now}")).map_err(|error| failure(&error, IN_THE_WAY))?;
    let mut report = Report::default();
    report.say(format_args!("restored to {} and checked: {}", database.display(), summary(&contents)));
    if !is_sealed {
        report.say("it had no seal: nobody can tell whether somebody altered it");
    }
    if let Some(replaced) = replaced {
        report.say(format_args!("moved aside: {}", replaced.display()));
    }
    report.say(about_sessions(request.sessions));
    report
        .say("as the backup has them again: passwords, statuses, client secrets and keys; whatever was revoked since must be revoked anew");
    Ok(report)
}

const fn about_sessions(sessions: RestoredSessions) -> &'static str {
    match sessions {
        RestoredSessions::End => "sessions: all have ended, their tokens with them",
        RestoredSessions::Keep => "sessions: kept; those that ended after the backup was made live again until they expire",
    }
}

/// Tries the master key on the staged backup, and lets its sessions end. The schema is brought up on the way.
async fn settle(config: &Config, staged: &Path, sessions: RestoredSessions) -> Result<(), Failure> {
    let outside = outside(config).map_err(as_failure)?;
    let staged = config::Database::Sqlite(staged.to_owned());
    let assembled = assemble_on(config, issuer(config, &config.server.listen.to_string()), outside, staged)?;
    let settled = match assembled.engine.refresh_signing_keys().await {
        Ok(()) => assembled.engine.settle_restored_backup(sessions).await.map_err(Failure::new),
        Err(error @ EngineError::Signing(_)) => {
            let refused = Failure::new(format_args!("this master key does not belong to the backup: {error}"));
            Err(refused.hint(files::PUT_BACK))
        }
        Err(error) => Err(Failure::new(error)),
    };
    assembled.database.shutdown();
    settled
}
