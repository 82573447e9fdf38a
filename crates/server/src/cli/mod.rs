//! The command line: one file per command; what it prints goes through [`output`].

mod apply;
mod config;
mod output;
mod serve;
mod version;

use std::{ffi::OsString, io::Write, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};

use crate::config::{self as configuration, Loaded, Sources};

pub use output::say;

const EXIT_CODES: &str = "Exit codes: 0 success, 1 failure, 2 wrong usage.";

/// A self-hosted session server.
#[derive(Debug, Parser)]
#[command(name = "cloakroom", version, about, after_help = EXIT_CODES, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Apply(apply::Apply),
    Config(config::Config),
    Version(version::Version),
}

/// Where the configuration comes from; the same for every command that needs one.
#[derive(Debug, Default, Args)]
struct ConfigArgs {
    /// TOML file with the configuration.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Directory of the database and of the files made on first start.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<String>,
    /// Database to use instead of the one in the data directory: `sqlite:PATH`.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
}

impl ConfigArgs {
    fn load(self, more: Vec<(&'static str, &'static str, String)>) -> Result<Loaded, Failure> {
        let mut sources = Sources::of_process(self.config);
        let flags = [("--data-dir", "store.data_dir", self.data_dir), ("--database-url", "store.database_url", self.database_url)];
        sources.flags = flags.into_iter().filter_map(|(flag, key, value)| Some((flag, key, value?))).chain(more).collect();
        configuration::load(&sources).map_err(|problems| {
            Failure::new(problems).hint("`cloakroom config reference` lists every key, its bounds and its environment variable")
        })
    }
}

/// Why a command failed and what to try.
#[derive(Debug)]
pub struct Failure {
    message: String,
    hint: Option<String>,
}

impl Failure {
    /// A failure that says what happened. Never put a secret in it.
    pub fn new(message: impl std::fmt::Display) -> Self {
        Self { message: message.to_string(), hint: None }
    }

    /// Adds what to try next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Runs the command line of this process to its end.
#[must_use]
pub fn run() -> ExitCode {
    ExitCode::from(run_with(std::env::args_os(), &mut std::io::stdout(), &mut std::io::stderr()))
}

/// Runs one command line, writing to the given handles; returns the exit code.
pub fn run_with(arguments: impl IntoIterator<Item = OsString>, out: &mut impl Write, err: &mut impl Write) -> u8 {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(usage) if usage.use_stderr() => {
            say(err, &usage.render());
            return 2;
        }
        Err(help) => {
            say(out, &help.render());
            return 0;
        }
    };
    let done = match cli.command {
        Command::Serve(command) => command.run(),
        Command::Apply(command) => command.run(),
        Command::Config(command) => command.run(out),
        Command::Version(command) => command.run(out),
    };
    let Err(failure) = done else { return 0 };
    say(err, &format_args!("error: {}", failure.message));
    if let Some(hint) = failure.hint {
        say(err, &format_args!("hint: {hint}"));
    }
    1
}

/// The runtime of the commands that serve.
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format_args!("cannot start the runtime: {error}")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn cloakroom(arguments: &[&str]) -> (u8, String, String) {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let arguments = std::iter::once("cloakroom").chain(arguments.iter().copied()).map(OsString::from);
        let code = run_with(arguments, &mut out, &mut err);
        (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    }

    #[test]
    fn the_command_line_is_well_formed() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn every_command_has_help_with_an_example() {
        for command in [&["serve"][..], &["apply"], &["config", "check"], &["config", "reference"], &["config", "show"], &["version"]] {
            let (code, out, _) = cloakroom(&[command, &["--help"]].concat());
            assert_eq!(code, 0);
            assert!(out.contains("Example") && out.contains(&format!("cloakroom {}", command.join(" "))), "{out}");
            assert!(out.contains("Exit codes"), "{out}");
        }
    }

    #[test]
    fn codes_tell_usage_from_failure() {
        assert_eq!(cloakroom(&["fly"]).0, 2);
        assert_eq!(cloakroom(&[]).0, 2);
        let (code, out, err) = cloakroom(&["config", "check", "--config", "/nowhere/cloakroom.toml"]);
        assert_eq!((code, out.as_str()), (1, ""));
        assert!(err.starts_with("error: ") && err.contains("/nowhere/cloakroom.toml") && err.contains("hint: "), "{err}");
        assert_eq!(cloakroom(&["serve", "--listen", "nowhere"]).0, 1);
    }

    #[test]
    fn what_they_print() {
        assert!(cloakroom(&["version"]).1.starts_with("cloakroom "));
        assert!(cloakroom(&["config", "reference"]).1.contains("CLOAKROOM__SESSIONS__TTL_SECONDS"));
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("c.toml");
        std::fs::write(&path, "[sessions]\ncap = 7\n").unwrap();
        let (code, out, err) = cloakroom(&["config", "show", "--config", path.to_str().unwrap()]);
        assert_eq!((code, err.as_str()), (0, ""));
        assert!(out.contains("cap = 7 # from file "), "{out}");
        assert!(cloakroom(&["config", "check"]).1.contains("valid"));
    }
}
