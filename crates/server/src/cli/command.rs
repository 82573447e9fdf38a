//! Every command of the command line.

use std::io::Write;

use clap::Subcommand;

use super::remote::Screen;
use super::{Failure, apply, audit, backup, config, login, restore, serve, signing_keys, usm, version};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Serve(serve::Serve),
    Apply(apply::Apply),
    Audit(audit::Audit),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Config(config::Config),
    SigningKeys(signing_keys::SigningKeys),
    Login(login::Login),
    Logout(login::Logout),
    Whoami(login::Whoami),
    Usm(Box<usm::Usm>),
    Version(version::Version),
}

impl Command {
    pub(super) fn run(self, screen: Screen, out: &mut impl Write, err: &mut impl Write) -> Result<(), Failure> {
        match self {
            Self::Serve(command) => command.run(),
            Self::Apply(command) => command.run(out, err),
            Self::Audit(command) => command.run(out, err),
            Self::Backup(command) => command.run(out),
            Self::Restore(command) => command.run(out),
            Self::Config(command) => command.run(out),
            Self::SigningKeys(command) => command.run(out, err),
            Self::Login(command) => command.run((screen, out, err)),
            Self::Logout(command) => command.run((screen, out, err)),
            Self::Whoami(command) => command.run((screen, out, err)),
            Self::Usm(command) => command.run((screen, out, err)),
            Self::Version(command) => command.run(out),
        }
    }
}
