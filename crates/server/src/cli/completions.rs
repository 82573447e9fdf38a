//! `cloakroom completions` and `cloakroom man`: made from the definitions of the commands themselves.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Command};
use clap_complete::Shell;

use super::{EXIT_CODES, Failure, say};
use crate::boot;

/// Print what makes a shell complete the commands and their options.
#[derive(Debug, Args)]
#[command(after_help = format!("Example:\n  cloakroom completions bash > /etc/bash_completion.d/cloakroom\n\n{EXIT_CODES}"))]
pub(super) struct Completions {
    #[arg(value_enum)]
    shell: Shell,
}

/// Write the man pages, one for each command, into a folder.
#[derive(Debug, Args)]
#[command(after_help = format!("Example:\n  cloakroom man --to /usr/local/share/man/man1\n\n{EXIT_CODES}"))]
pub(super) struct Man {
    /// The folder, made where it is missing.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

impl Completions {
    #[allow(clippy::unnecessary_wraps, reason = "every command has the same shape")]
    pub(super) fn run(self, mut cli: Command, out: &mut impl Write) -> Result<(), Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut cli, "cloakroom", &mut script);
        say(out, &String::from_utf8_lossy(&script));
        Ok(())
    }
}

impl Man {
    pub(super) fn run(self, cli: Command, out: &mut impl Write) -> Result<(), Failure> {
        let failed = |error: std::io::Error| Failure::new(format_args!("{}: {error}", self.to.display()));
        boot::public_folder(&self.to).map_err(failed)?;
        clap_mangen::generate_to(cli, &self.to).map_err(failed)?;
        say(out, &format_args!("the man pages are in {}", self.to.display()));
        Ok(())
    }
}
