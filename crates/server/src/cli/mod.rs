//! The command line: one file per command; what it prints goes through [`output`].

mod apply;
mod arguments;
mod audit;
mod audit_trail;
mod backup;
mod bench;
mod command;
mod complete;
mod completions;
mod config;
mod consent;
mod dev;
mod directory;
mod doctor;
mod effects;
mod key;
mod login;
mod names;
mod opening;
mod output;
mod profile;
mod progress;
mod remote;
mod restore;
mod running;
mod serve;
mod session;
mod signing_keys;
mod transfer;
mod usm;
mod version;

use std::{ffi::OsString, io::Write, process::ExitCode};

use clap::{CommandFactory as _, Parser};

use arguments::ConfigArgs;
use command::Command;
use output::{Watched, report, say};
use remote::Screen;
use running::{BEGINNINGS, EXIT_CODES, runtime};

use crate::failure::Failure;

/// A self-hosted session server.
#[derive(Debug, Parser)]
#[command(name = "cloakroom", version, after_help = BEGINNINGS, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Runs the command line of this process to its end.
#[must_use]
pub fn run() -> ExitCode {
    if let Some(answered) = complete::answered(Cli::command) {
        return answered;
    }
    ExitCode::from(run_on(Screen::of_process(), std::env::args_os(), &mut std::io::stdout(), &mut std::io::stderr()))
}

/// Runs one command line, writing to the given handles; returns the exit code.
pub fn run_with(arguments: impl IntoIterator<Item = OsString>, out: &mut impl Write, err: &mut impl Write) -> u8 {
    run_on(Screen::PLAIN, arguments, out, err)
}

fn run_on(screen: Screen, arguments: impl IntoIterator<Item = OsString>, out: &mut impl Write, err: &mut impl Write) -> u8 {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(usage) if usage.use_stderr() => {
            say(err, &usage.render());
            return 2;
        }
        Err(help) => {
            let mut out = Watched::new(out);
            say(&mut out, &help.render());
            return told(out.written(), err);
        }
    };
    let mut out = Watched::new(out);
    let done = cli.command.run(screen, &mut out, err);
    told(done.and_then(|()| out.written()), err)
}

/// Says what went wrong; returns the exit code.
fn told(done: Result<(), Failure>, err: &mut impl Write) -> u8 {
    let Err(failure) = done else { return 0 };
    say(err, &format_args!("error: {}", failure.message));
    if let Some(hint) = failure.hint {
        say(err, &format_args!("hint: {hint}"));
    }
    failure.exit_code
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

    /// The words of every command that has no commands below it.
    fn every_leaf(command: &clap::Command, above: &[String]) -> Vec<Vec<String>> {
        let below = command.get_subcommands().flat_map(|below| every_leaf(below, &[above, &[below.get_name().to_owned()]].concat()));
        let below: Vec<_> = below.collect();
        if below.is_empty() { vec![above.to_vec()] } else { below }
    }

    #[test]
    fn every_command_has_help_with_an_example() {
        let leaves = every_leaf(&<Cli as clap::CommandFactory>::command(), &[]);
        assert!(leaves.len() > 25, "{leaves:?}");
        for leaf in &leaves {
            let command: Vec<_> = leaf.iter().map(String::as_str).collect();
            let (code, out, _) = cloakroom(&[&command[..], &["--help"]].concat());
            assert_eq!(code, 0);
            assert!(out.contains("Example") && out.contains(&format!("cloakroom {}", command.join(" "))), "{out}");
            assert!(out.contains("Exit codes"), "{out}");
        }
    }

    /// Lines that clap wraps could not be copied.
    #[test]
    fn every_example_fits_on_a_line() {
        let cli = <Cli as clap::CommandFactory>::command();
        for leaf in every_leaf(&cli, &[]) {
            let command = leaf.iter().fold(&cli, |command, word| command.find_subcommand(word).unwrap());
            let help = command.get_after_help().or_else(|| command.get_after_long_help()).unwrap().to_string();
            let examples: Vec<_> = help.lines().filter(|line| line.starts_with("  ")).collect();
            assert!(!examples.is_empty() && examples.iter().all(|line| line.len() <= 98), "{leaf:?} {examples:?}");
        }
    }

    #[test]
    fn the_first_help_says_what_it_is_and_where_to_begin() {
        let (code, out, _) = cloakroom(&["--help"]);
        assert!(code == 0 && out.starts_with("A self-hosted session server") && out.contains("cloakroom serve --data-dir"), "{out}");
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

    /// Fails as a device or a pipe does.
    struct Broken(std::io::ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_result_that_could_not_be_written_is_a_failure_unless_nobody_reads_on() {
        for command in [&["version"][..], &["config", "reference"], &["completions", "bash"], &["--help"], &["config", "show"]] {
            for (kind, expected) in [(std::io::ErrorKind::StorageFull, 1), (std::io::ErrorKind::BrokenPipe, 0)] {
                let mut err = Vec::new();
                let arguments = std::iter::once("cloakroom").chain(command.iter().copied()).map(OsString::from);
                let code = run_with(arguments, &mut Broken(kind), &mut err);
                let said = String::from_utf8(err).unwrap();
                assert_eq!((code, said.contains("could not be written")), (expected, expected == 1), "{command:?} {kind}: {said}");
            }
        }
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
