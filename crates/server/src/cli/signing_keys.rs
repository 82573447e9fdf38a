//! `cloakroom signing-keys`

use std::io::Write;

use clap::{Args, Subcommand};

use super::{ConfigArgs, EXIT_CODES, Failure, report, runtime};
use crate::boot;
use crate::control::Command;

/// Look at the keys that sign access and ID tokens, or let the next ones sign; also while a server runs.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct SigningKeys {
    #[command(subcommand)]
    command: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Print every key, oldest first: its kid, its algorithm, its state, since when, and what it signs.
    #[command(after_help = format!("Example:\n  cloakroom signing-keys list --data-dir /var/lib/cloakroom\n\n{EXIT_CODES}"))]
    List(ConfigArgs),
    /// Let the next keys sign from now on and print the keys after it. Tokens of the keys before stay good until they expire.
    #[command(after_help = format!("Example:\n  cloakroom signing-keys rotate --data-dir /var/lib/cloakroom\n\n{EXIT_CODES}"))]
    Rotate(ConfigArgs),
}

impl SigningKeys {
    pub(super) fn run(self, out: &mut impl Write, err: &mut impl Write) -> Result<(), Failure> {
        let (config, command) = match self.command {
            What::List(config) => (config, Command::ListSigningKeys),
            What::Rotate(config) => (config, Command::RotateSigningKeys),
        };
        let loaded = config.load(Vec::new())?;
        report(&runtime()?.block_on(boot::run_command(loaded.config, command))?, out, err);
        Ok(())
    }
}
