//! `cloakroom restore`

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use cloakroom_engine::sessions::restored::RestoredSessions;
use indicatif::HumanBytes;

use super::consent::Consent;
use super::progress::Progress;
use super::{ConfigArgs, EXIT_CODES, Failure, report, runtime};
use crate::boot::{self, RestoreRequest};
use crate::config::Config;

/// Put a backup in the place of the database, while no server runs on it. Its sessions end.
///
/// The master key that belongs to the backup must be in place: its seal is made with it. Until the backup is checked and ready the old database stands.
#[derive(Debug, Args)]
#[command(after_help = format!("Example:\n  cloakroom restore --from /backups/cloakroom.db --data-dir /var/lib/cloakroom\n\n{EXIT_CODES}"))]
pub(super) struct Restore {
    /// The backup.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Let the sessions in the backup live on. Those that ended after it was made then live again.
    #[arg(long)]
    keep_sessions: bool,
    /// Also where a database is there already, without a question: it is moved aside, not deleted.
    #[arg(long, visible_alias = "yes")]
    force: bool,
    /// Also a backup without a seal: one from before backups were sealed. Whether somebody altered it cannot be seen.
    #[arg(long)]
    accept_unsealed: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

impl Restore {
    pub(super) fn run(self, out: &mut impl Write, err: &mut impl Write) -> Result<(), Failure> {
        let loaded = self.config.load(Vec::new())?;
        let replace = self.force || is_to_replace(&loaded.config, self.keep_sessions)?;
        let sessions = if self.keep_sessions { RestoredSessions::Keep } else { RestoredSessions::End };
        let request = RestoreRequest { from: self.from, sessions, replace, accept_unsealed: self.accept_unsealed };
        let mut progress = Progress::on_standard_error();
        report(&runtime()?.block_on(boot::restore(loaded.config, request, &mut |step| progress.show(step)))?, out, err);
        Ok(())
    }
}

/// Whether somebody at a terminal wants a database replaced that is there. Elsewhere the restore itself refuses.
fn is_to_replace(config: &Config, keeps_sessions: bool) -> Result<bool, Failure> {
    let Some((place, bytes)) = boot::database_here(config).filter(|_| Consent::is_asked()) else { return Ok(false) };
    let sessions = if keeps_sessions { "those in the backup live on" } else { "those in the backup end" };
    Consent::given(false).to_this(|| {
        format!("There is a database of {} at {place}: it is moved aside. Its sessions are over, and {sessions}.", HumanBytes(bytes))
    })?;
    Ok(true)
}
