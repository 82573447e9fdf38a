//! Verifying the audit trail, beside a running server or without one.

use cloakroom_engine::audit::store::ToldRanges;
use cloakroom_engine::audit::verify::ChainWalk;
use cloakroom_engine::hex::hex;
use cloakroom_engine::keys::Keyring;
use cloakroom_store::driver::postgres;
use cloakroom_store::driver::sqlite::OpenError;
use cloakroom_store::trail::{Stretch, Trail};

use super::assemble::{self, existing_master_key};
use crate::config::{self, Config};
use crate::failure::Failure;
use crate::report::Report;

/// How many links are read at once: a few milliseconds, and about a megabyte.
const BATCH: usize = 2048;

/// The exit code of what could not be checked, as diff and cmp have it.
const TROUBLE: u8 = 2;

/// What `audit verify` is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifyRequest {
    /// The first link to check; the one before it is taken as it stands.
    pub from: Option<i64>,
    /// Hashes of heads that were noted earlier.
    pub expected: Vec<[u8; 32]>,
    /// Do not check the server's HMACs, which needs the master key.
    pub without_key: bool,
}

/// Walks the chain to its end and says what it found. `progress` is told how many links are done and how many there were at first.
///
/// # Errors
/// With exit code 1 what is wrong with the trail, with 2 why it could not be checked.
pub fn verify_audit(config: &Config, request: &VerifyRequest, mut progress: impl FnMut(u64, u64)) -> Result<Report, Failure> {
    let mut trail = trail(config)?;
    let keys = if request.without_key {
        None
    } else {
        let master = existing_master_key(config).map_err(|failure| failure.exit_code(TROUBLE))?;
        Some(Keyring::derive(&master))
    };
    let mut walk = ChainWalk::new(keys.as_ref(), request.expected.clone());
    if let Some(from) = request.from.filter(|from| *from > 1) {
        walk = behind(&mut trail, walk, from - 1)?;
    }
    let before = walk.position();
    // Only for the progress; the walk reports errors.
    let all = trail.head().ok().flatten().map_or(0, |head| (head.position - before).unsigned_abs());
    let told = learn_minimised(&mut trail, &mut walk, i64::MIN)?;
    let mut gone = 0;
    loop {
        let Stretch { checkpoint, links, standing } = trail.next(walk.position(), walk.sequence(), BATCH).map_err(trouble)?;
        if let Some(checkpoint) = checkpoint {
            gone += checkpoint.position - walk.position();
            walk.begin_behind(&checkpoint).map_err(Failure::new)?;
        }
        if links.is_empty() {
            break;
        }
        walk.take(&links, &standing).map_err(Failure::new)?;
        progress((walk.position() - before).unsigned_abs(), all);
    }
    // A server minimises while the walk goes on.
    learn_minimised(&mut trail, &mut walk, told)?;
    let unsealed = trail.count_behind(walk.sequence()).map_err(trouble)?;
    let (position, head) = (walk.position(), hex(walk.hash()));
    let unmet = walk.finish().map_err(Failure::new)?;
    if let Some(noted) = unmet.first() {
        let text = format!("the noted head {} is not in the chain: its end was cut off, or it was sealed anew", hex(noted));
        return Err(Failure::new(text));
    }
    let mut report = Report::default();
    let checked = position - before - gone;
    report.say(format_args!("the trail is whole: {checked} links checked, {unsealed} entries not sealed yet"));
    if gone > 0 {
        report.say(format_args!("it begins behind a sealed checkpoint: {gone} links before it were exported or dropped"));
    }
    if keys.is_none() {
        report.say("the server's word for it was not checked");
    }
    report.say(format_args!("head: {head} (link {position})"));
    Ok(report)
}

/// Reads what the trail tells behind the entry `after` of ranges that were minimised; the last entry looked at.
fn learn_minimised(trail: &mut Trail, walk: &mut ChainWalk<'_>, after: i64) -> Result<i64, Failure> {
    let mut behind = after;
    loop {
        let ToldRanges { ranges, through } = trail.minimised(behind, BATCH).map_err(trouble)?;
        walk.learn_minimised(&ranges);
        match through {
            Some(through) => behind = through,
            None => return Ok(behind),
        }
    }
}

/// Why a trail was not opened.
pub enum Unopened {
    /// The schema is an older one, which the next start of a server brings up.
    Behind(Failure),
    Failed(Failure),
}

impl From<Unopened> for Failure {
    fn from(unopened: Unopened) -> Self {
        match unopened {
            Unopened::Behind(failure) | Unopened::Failed(failure) => failure,
        }
    }
}

/// The trail of the configured database, read while a server may run on it.
///
/// # Errors
/// What keeps it from being opened.
pub fn trail(config: &Config) -> Result<Trail, Unopened> {
    let (opened, is_behind) = match config.store.database().map_err(|problem| Unopened::Failed(trouble(problem)))? {
        config::Database::Sqlite(path) => {
            let opened = Trail::open(&path);
            let is_behind = opened.as_ref().is_err_and(OpenError::is_behind);
            let failed = |error| trouble(format_args!("{}: {error}", path.display())).hint("another place with --data-dir");
            (opened.map_err(failed), is_behind)
        }
        config::Database::Postgres(url) => {
            let (address, options) = assemble::postgres(config, &url).map_err(|failure| Unopened::Failed(failure.exit_code(TROUBLE)))?;
            let opened = Trail::connect(&address, &options);
            let is_behind = opened.as_ref().is_err_and(postgres::OpenError::is_behind);
            (opened.map_err(trouble), is_behind)
        }
    };
    opened.map_err(|failure| if is_behind { Unopened::Behind(failure.hint(MIGRATES)) } else { Unopened::Failed(failure) })
}

/// What to do about an older schema.
const MIGRATES: &str = "the next start of `cloakroom serve` brings the schema up; make a backup before it";

/// The walk from behind the link at `position`.
fn behind<'k>(trail: &mut Trail, walk: ChainWalk<'k>, position: i64) -> Result<ChainWalk<'k>, Failure> {
    let Stretch { checkpoint, links, .. } = trail.next(position - 1, i64::MIN, 1).map_err(trouble)?;
    if let Some(checkpoint) = checkpoint.filter(|checkpoint| checkpoint.position == position) {
        let mut walk = walk;
        return walk.begin_behind(&checkpoint).map(|()| walk).map_err(Failure::new);
    }
    let found = links.first().filter(|link| link.position == position);
    match found.and_then(|link| Some((link.sequence, link.seal?.hash))) {
        Some((sequence, hash)) => Ok(walk.behind(position, sequence, hash)),
        None => Err(Failure::new(format_args!("there is no link {position} to begin behind"))),
    }
}

fn trouble(error: impl std::fmt::Display) -> Failure {
    Failure::new(error).exit_code(TROUBLE)
}
