//! `cloakroom apply`

use std::{io::Write, path::PathBuf};

use clap::Args;

use super::progress::Waiting;
use super::{ConfigArgs, EXIT_CODES, Failure, report, runtime};
use crate::boot::{self, ApplyRequest, Source};

/// Bring identities (partners, tenants, users, applications) to what a document says, also while a server runs.
///
/// All of it is applied or nothing, and what is applied a second time changes nothing: one that was interrupted is given again.
#[derive(Debug, Args)]
#[command(after_help = format!("Examples:\n  cloakroom apply identities.yaml --data-dir /var/lib/cloakroom\n  cloakroom apply - < identities.yaml\n\n{EXIT_CODES}"))]
pub(super) struct Apply {
    /// The document, YAML or JSON; `-` is standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    config: ConfigArgs,
    /// Also change what exists and differs.
    #[arg(long)]
    overwrite: bool,
}

impl Apply {
    pub(super) fn run(self, out: &mut impl Write, err: &mut impl Write) -> Result<(), Failure> {
        let loaded = self.config.load(Vec::new())?;
        let command = request(self.file, self.overwrite).command()?;
        let waiting = Waiting::on_standard_error("applying all or nothing");
        let applied = runtime()?.block_on(boot::run_command(loaded.config, command));
        waiting.finish();
        report(&applied?, out, err);
        Ok(())
    }
}

/// What `serve --apply` and `apply` have in common.
pub(super) fn request(file: PathBuf, overwrite: bool) -> ApplyRequest {
    ApplyRequest { source: Source::named(file), overwrite }
}
