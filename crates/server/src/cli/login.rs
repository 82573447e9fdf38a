//! `cloakroom login`, `cloakroom logout`, `cloakroom whoami`

use std::io::Write;

use clap::Args;

use super::Failure;
use super::remote::{PasscodeSource, RemoteArgs, Screen, ask, example};

/// Log a user in and keep the tokens, in a file of mode 0600 beside the profiles, for the commands after it.
#[derive(Debug, Args)]
#[command(after_help = example("login --profile acme alice"))]
pub(super) struct Login {
    #[command(flatten)]
    remote: RemoteArgs,
    /// The name to log in with.
    #[arg(value_name = "USERNAME")]
    username: String,
    #[command(flatten)]
    passcode: PasscodeSource,
}

/// End the session of the login that is kept for a profile, and forget it.
#[derive(Debug, Args)]
#[command(after_help = example("logout --profile acme"))]
pub(super) struct Logout {
    #[command(flatten)]
    remote: RemoteArgs,
}

/// Say who the commands of a profile ask as.
#[derive(Debug, Args)]
#[command(after_help = example("whoami --profile acme"))]
pub(super) struct Whoami {
    #[command(flatten)]
    remote: RemoteArgs,
}

impl Login {
    pub(super) fn run(self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        ask(&self.remote, printed, async |server| server.log_in(&self.username, &self.passcode.secret(server)?).await)
    }
}

impl Logout {
    pub(super) fn run(self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        ask(&self.remote, printed, async |server| server.log_out().await)
    }
}

impl Whoami {
    pub(super) fn run(self, printed: (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        ask(&self.remote, printed, async |server| server.who().await)
    }
}
