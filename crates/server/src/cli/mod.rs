//! The command line: one file per command; what it prints goes through [`output`].

mod apply;
mod arguments;
mod audit;
mod backup;
mod config;
mod failure;
mod output;
mod progress;
mod restore;
mod serve;
mod signing_keys;
mod version;

use std::{ffi::OsString, io::Write, process::ExitCode};

use clap::{Parser, Subcommand};

use arguments::ConfigArgs;
pub use failure::Failure;
use output::report;
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
    Audit(audit::Audit),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Config(config::Config),
    SigningKeys(signing_keys::SigningKeys),
    Version(version::Version),
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
        Command::Apply(command) => command.run(out, err),
        Command::Audit(command) => command.run(out, err),
        Command::Backup(command) => command.run(out),
        Command::Restore(command) => command.run(out),
        Command::Config(command) => command.run(out),
        Command::SigningKeys(command) => command.run(out, err),
        Command::Version(command) => command.run(out),
    };
    let Err(failure) = done else { return 0 };
    say(err, &format_args!("error: {}", failure.message));
    if let Some(hint) = failure.hint {
        say(err, &format_args!("hint: {hint}"));
    }
    failure.exit_code
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
        let config = [&["config", "check"][..], &["config", "reference"], &["config", "show"]];
        let others = [
            &["serve"][..],
            &["apply"],
            &["audit", "verify"],
            &["backup"],
            &["restore"],
            &["signing-keys", "list"],
            &["signing-keys", "rotate"],
            &["version"],
        ];
        for command in config.into_iter().chain(others) {
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
