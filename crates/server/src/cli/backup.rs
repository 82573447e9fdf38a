//! `cloakroom backup`

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::progress::Progress;
use super::{ConfigArgs, EXIT_CODES, Failure, report};
use crate::boot::{self, BackupRequest};

/// Copy the database to a file, while a server runs on it or while none does, and check the copy.
///
/// The file appears when it is complete, and sealed with the master key, which is not in it.
#[derive(Debug, Args)]
#[command(after_help = format!("Example:\n  cloakroom backup --to /backups/cloakroom.db --data-dir /var/lib/cloakroom\n\n{EXIT_CODES}"))]
pub(super) struct Backup {
    /// The file to make.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// Replace a file of that name.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

impl Backup {
    pub(super) fn run(self, out: &mut impl Write, err: &mut impl Write) -> Result<(), Failure> {
        let loaded = self.config.load(Vec::new())?;
        let mut progress = Progress::on_standard_error();
        let request = BackupRequest { to: self.to, replace: self.force };
        report(&boot::back_up(&loaded.config, &request, &mut |step| progress.show(step))?, out, err);
        Ok(())
    }
}
