//! Commands that ask a server: which one, as whom, and what becomes of its answers. All of it goes through the Rust client.

mod connected;
mod failures;
mod logins;
mod page;
mod secrets;
mod shown;
mod table;
mod times;

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use cloakroom_client::{Clock as _, SystemClock};

pub(super) use connected::Connected;
pub(super) use failures::{EXIT_CODES, refused};
pub(super) use page::PageArgs;
pub(super) use secrets::{GuidSource, KeySource, NewPasswordSource, PasscodeSource};
pub(super) use shown::{Screen, Shown};

use super::{Failure, runtime};

/// Which server, and how to say what it answers; the same for every command that asks one.
#[derive(Debug, Args)]
pub(super) struct RemoteArgs {
    /// The server and the credentials for it, by their name in the file of profiles.
    #[arg(long, value_name = "NAME")]
    profile: String,
    /// The file of profiles, mode 0600 [default: CLOAKROOM_PROFILES, or cloakroom/profiles.toml in XDG_CONFIG_HOME or ~/.config].
    #[arg(long, value_name = "FILE")]
    profiles: Option<PathBuf>,
    /// Another server than the profile's; a login is good for its own server alone.
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Print JSON, in lists one record a line.
    #[arg(long)]
    json: bool,
    /// Say on standard error what is asked; twice: more of it. Never what is secret.
    #[arg(short, long, action = clap::ArgAction::Count)]
    verbose: u8,
}

impl RemoteArgs {
    pub(super) const fn is_json(&self) -> bool {
        self.json
    }
}

/// Asks a server and prints what it answers.
pub(super) fn ask(
    args: &RemoteArgs,
    (screen, out, err): (Screen, &mut impl Write, &mut impl Write),
    ask: impl AsyncFnOnce(&Connected) -> Result<Shown, Failure>,
) -> Result<(), Failure> {
    crate::logging::verbose(args.verbose);
    let connected = Connected::of(args)?;
    let shown = runtime()?.block_on(ask(&connected))?;
    shown.print(args.json, screen, SystemClock.now(), out, err);
    Ok(())
}

/// Asks a server as long as it goes; what is printed is printed meanwhile.
pub(super) fn follow(args: &RemoteArgs, ask: impl AsyncFnOnce(&Connected) -> Result<Shown, Failure>) -> Result<(), Failure> {
    crate::logging::verbose(args.verbose);
    let connected = Connected::of(args)?;
    runtime()?.block_on(ask(&connected)).map(|_| ())
}

/// What is wrong before anything was asked.
pub(super) fn usage(problem: impl std::fmt::Display) -> Failure {
    Failure::new(problem).exit_code(2)
}

/// An example and the exit codes, under the help of a command.
pub(super) fn example(command: &str) -> String {
    format!("Example:\n  cloakroom {command}\n\n{EXIT_CODES}")
}
