//! What `cloakroom doctor` looks at: data directory, keys, database, disk and clock. Nothing is changed, also beside a running server.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use cloakroom_engine::clock::Clock as _;
use serde::Serialize;

use super::ambient::MachineClock;
use super::assemble::existing_master_key;
use super::audit::{Unopened, VerifyRequest, trail, verify_audit};
use super::concerns::looked_over;
use super::outside::LOOKED_AT;
use super::{control, disk, files};
use crate::config::{self, Config};
use crate::failure::Failure;

/// Less than this is soon full: the log alone may take a quarter of it before it is folded into the database.
const LITTLE_SPACE: u64 = 1 << 30;

/// How far in the future, in seconds, a file may have been written: what the engine believes of sessions, too.
pub const FUTURE_SECONDS: i64 = 300;

/// How it stands with something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// As it should be.
    Ok,
    /// It works, and may not for long, or not as safely as it could.
    Warning,
    /// It does not work.
    Failed,
}

/// Something that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What.
    pub check: &'static str,
    /// How it stands.
    pub health: Health,
    /// What was seen.
    pub seen: String,
    /// What to do.
    pub hint: Option<String>,
}

impl Finding {
    /// As it should be.
    pub fn ok(check: &'static str, seen: impl Into<String>) -> Self {
        Self { check, health: Health::Ok, seen: seen.into(), hint: None }
    }

    /// It works, but.
    pub fn warning(check: &'static str, seen: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { check, health: Health::Warning, seen: seen.into(), hint: Some(hint.into()) }
    }

    /// It does not work.
    pub fn failed(check: &'static str, seen: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { check, health: Health::Failed, seen: seen.into(), hint: Some(hint.into()) }
    }

    /// What a failed command says.
    pub fn of(check: &'static str, failure: Failure) -> Self {
        let (message, hint) = failure.told();
        Self { check, health: Health::Failed, seen: message, hint }
    }
}

/// Looks at everything that a server with this configuration would use here.
pub fn examine(config: &Config) -> Vec<Finding> {
    let data_dir = &config.store.data_dir;
    let mut findings = vec![folder(data_dir), space(data_dir), passwords(config)];
    findings.extend(outside(config));
    match config.store.database() {
        Err(problem) => {
            findings.push(Finding::failed("database", problem, "correct store.database_url"));
            return findings;
        }
        Ok(config::Database::Sqlite(path)) if !path.exists() => {
            let seen = format!("{} does not exist yet", path.display());
            findings.push(Finding::warning(
                "database",
                seen,
                "cloakroom serve makes it on first start; or name another place with --data-dir",
            ));
            return findings;
        }
        Ok(config::Database::Sqlite(path)) => findings.extend([database_file(&path), clock(&path)]),
        Ok(config::Database::Postgres(_)) => {}
    }
    let key = master_key(config);
    let has_key = key.health == Health::Ok;
    findings.push(key);
    findings.push(database(config, has_key));
    findings
}

/// What a start would open first.
fn outside(config: &Config) -> Vec<Finding> {
    let (concerns, mut unusable) = match looked_over(config) {
        Ok(concerns) => (concerns, Vec::new()),
        Err(unusable) => (Vec::new(), unusable),
    };
    let is_concerned = |check: &str| concerns.iter().any(|concern| concern.check == check);
    let mut findings = Vec::new();
    for check in LOOKED_AT.into_iter().filter(|check| !is_concerned(check)) {
        let failed = unusable.iter().position(|(name, _)| *name == check).map(|at| unusable.swap_remove(at).1);
        findings.push(failed.map_or_else(|| Finding::ok(check, "as configured"), |failure| Finding::of(check, failure)));
    }
    findings.extend(concerns.into_iter().map(|concern| Finding::warning(concern.check, concern.seen, concern.hint)));
    findings
}

/// Whether a server answers on the control socket.
pub async fn running(config: &Config) -> Finding {
    match control::is_answered(config).await {
        true => Finding::ok("server", "one runs on this data directory"),
        false => Finding::ok("server", "none runs on this data directory"),
    }
}

fn folder(path: &Path) -> Finding {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let seen = format!("{} does not exist yet", path.display());
            Finding::warning("data directory", seen, "cloakroom serve makes it on first start; or name another with --data-dir")
        }
        Err(error) => Finding::failed("data directory", format!("{}: {error}", path.display()), "run this as the user that serves"),
        Ok(facts) if !facts.is_dir() => {
            Finding::failed("data directory", format!("{} is no directory", path.display()), "name another with --data-dir")
        }
        Ok(facts) if rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_err() => {
            let seen =
                format!("{} cannot be written by this user (owner {}, mode {:04o})", path.display(), facts.uid(), facts.mode() & 0o7777);
            Finding::failed("data directory", seen, "run this as the user that serves, or give the directory to that user")
        }
        Ok(facts) if is_open(&facts) => {
            let seen = format!("{} may be entered by others (mode {:04o})", path.display(), facts.mode() & 0o7777);
            Finding::warning("data directory", seen, format!("chmod 700 {}", path.display()))
        }
        Ok(_) => Finding::ok("data directory", path.display().to_string()),
    }
}

fn is_open(facts: &Metadata) -> bool {
    facts.mode() & 0o077 != 0
}

/// A file that only its owner may read.
fn private(check: &'static str, path: &Path) -> Finding {
    match fs::metadata(path) {
        Err(error) => Finding::failed(check, format!("{}: {error}", path.display()), "run this as the user that serves"),
        Ok(facts) if is_open(&facts) => {
            let seen = format!("{} may be read by others (mode {:04o})", path.display(), facts.mode() & 0o7777);
            Finding::failed(check, seen, format!("chmod 600 {}", path.display()))
        }
        Ok(facts) => Finding::ok(check, format!("{}, {} bytes", path.display(), facts.len())),
    }
}

/// What is longer than this was not folded into the database for long: checkpoints begin at a quarter of it.
const LONG_LOG: u64 = 1 << 30;

/// The file of the database, with what of it is in the write-ahead log alone.
fn database_file(path: &Path) -> Finding {
    let found = private("database", path);
    let log = fs::metadata(wal(path)).map_or(0, |facts| facts.len());
    if found.health != Health::Ok || log == 0 {
        return found;
    }
    let seen = format!("{}, and {log} bytes of write-ahead log", found.seen);
    if log < LONG_LOG {
        return Finding::ok("database", seen);
    }
    let hint = "the log is not folded into the database: look for `checkpoint` in the server's log, and for a program that reads the file for long";
    Finding::warning("database", seen, hint)
}

fn space(path: &Path) -> Finding {
    let there = if path.exists() { path } else { path.parent().filter(|parent| parent.exists()).unwrap_or(Path::new(".")) };
    match disk::free(there) {
        Err(error) => Finding::warning("disk", format!("{}: {error}", there.display()), "look by hand how much is free"),
        Ok(free) => {
            let seen = format!("{} MiB free at {}", free >> 20, there.display());
            if free < LITTLE_SPACE {
                Finding::warning("disk", seen, "make room: a full disk refuses every change with 503")
            } else {
                Finding::ok("disk", seen)
            }
        }
    }
}

/// A clock that went back makes the engine refuse to judge what was created in what is now the future.
fn clock(database: &Path) -> Finding {
    let now = MachineClock.now().as_millis() / 1000;
    let newest = [database.to_owned(), wal(database)].iter().filter_map(|path| fs::metadata(path).ok()).map(|facts| facts.mtime()).max();
    match newest {
        Some(newest) if newest > now + FUTURE_SECONDS => {
            let seen = format!("the database was written {} s in the future", newest - now);
            Finding::failed("clock", seen, "set the clock, by NTP if possible: what was created in the future is answered with 503")
        }
        _ => Finding::ok("clock", "not behind the database"),
    }
}

fn wal(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

fn master_key(config: &Config) -> Finding {
    let file = files::master_key_file(&config.store.data_dir);
    let configured = config.keys.master.is_some() || config.keys.master_file.is_some();
    let mode = (!configured && file.exists()).then(|| private("master key", &file));
    if let Some(open) = mode.filter(|mode| mode.health != Health::Ok) {
        return open;
    }
    match existing_master_key(config) {
        Ok(_) => Finding::ok("master key", if configured { "configured".to_owned() } else { file.display().to_string() }),
        Err(failure) => Finding::of("master key", failure),
    }
}

/// Whether new passwords are long enough depends on what else proves who somebody is, which this server does not see.
fn passwords(config: &Config) -> Finding {
    const ALONE: u64 = 15;
    let least = config.passwords.min_length;
    let seen = format!("new ones have at least {least} characters");
    if least >= ALONE {
        return Finding::ok("passwords", seen);
    }
    let advice = "NIST SP 800-63B wants 15 where the password is the only factor (passwords.min_length)";
    Finding::ok("passwords", format!("{seen}; {advice}"))
}

/// Whether it opens, and whether the key is its own: the last link of the trail was made with it.
fn database(config: &Config, has_key: bool) -> Finding {
    let head = match trail(config) {
        Err(Unopened::Behind(failure)) => return Finding { health: Health::Warning, ..Finding::of("database", failure) },
        Err(Unopened::Failed(failure)) => return Finding::of("database", failure),
        Ok(mut trail) => trail.head(),
    };
    let from = match head {
        Err(error) => return Finding::failed("database", error.to_string(), "cloakroom restore puts back a backup"),
        Ok(None) => return Finding::ok("database", "it opens; nothing of its trail is sealed yet"),
        Ok(Some(head)) => Some(head.position),
    };
    let request = VerifyRequest { from, without_key: !has_key, ..VerifyRequest::default() };
    match verify_audit(config, &request, |_, _| {}) {
        Ok(_) if !has_key => Finding::ok("database", "it opens; whether its trail was made with this master key cannot be seen"),
        Ok(_) => Finding::ok("database", "it opens, and the end of its trail was made with this master key"),
        Err(failure) => Finding { hint: Some(files::PUT_BACK.to_owned()), ..Finding::of("database", failure) },
    }
}
