//! `cloakroom completions` and `cloakroom man`: both stand on the definitions of the commands themselves.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Command};
use clap_complete::Shell;
use clap_complete::env::Shells;

use super::complete::ASKED_BY;
use super::{EXIT_CODES, Failure, say};
use crate::boot;

/// Print what makes a shell complete commands, options, and the names that the server of a profile knows.
///
/// The script asks this program while one types. Print it anew after an upgrade, or at each start of the shell: `source <(cloakroom
/// completions bash)`.
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
    pub(super) fn run(self, out: &mut impl Write) -> Result<(), Failure> {
        let (shell, mut script) = (self.shell.to_string(), Vec::new());
        let shells = Shells::builtins();
        let completer = shells.completer(&shell).ok_or_else(|| Failure::new(format_args!("nothing is known of the shell {shell}")))?;
        completer.write_registration(ASKED_BY, "cloakroom", "cloakroom", "cloakroom", &mut script).map_err(Failure::new)?;
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
