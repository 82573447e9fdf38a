//! Every command of the command line.

use std::io::Write;

use clap::{CommandFactory as _, Subcommand};

use super::remote::Screen;
use super::{
    Cli, Failure, apply, audit, backup, bench, completions, config, dev, directory, doctor, key, login, profile, restore, serve, session,
    signing_keys, transfer, usm, version,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Dev(dev::Dev),
    Serve(serve::Serve),
    Apply(apply::Apply),
    Audit(audit::Audit),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Transfer(transfer::Transfer),
    Config(config::Config),
    SigningKeys(signing_keys::SigningKeys),
    Bench(bench::Bench),
    Doctor(doctor::Doctor),
    Profile(profile::Profile),
    Login(login::Login),
    Logout(login::Logout),
    Whoami(login::Whoami),
    Session(Box<session::Session>),
    Usm(Box<usm::Usm>),
    User(Box<directory::User>),
    Tenant(Box<directory::Tenant>),
    Partner(Box<directory::Partner>),
    App(Box<directory::App>),
    IdentityProvider(Box<directory::IdentityProvider>),
    Key(Box<key::ApiKeys>),
    Completions(completions::Completions),
    Man(completions::Man),
    Version(version::Version),
}

impl Command {
    pub(super) fn run(self, screen: Screen, out: &mut impl Write, err: &mut impl Write) -> Result<(), Failure> {
        match self {
            Self::Dev(command) => command.run(screen),
            Self::Serve(command) => command.run(screen),
            Self::Apply(command) => command.run(out, err),
            Self::Audit(command) => command.run((screen, out, err)),
            Self::Backup(command) => command.run(out, err),
            Self::Restore(command) => command.run(out, err),
            Self::Transfer(command) => command.run(out, err),
            Self::Config(command) => command.run(out, err),
            Self::SigningKeys(command) => command.run(out, err),
            Self::Bench(command) => command.run((screen, out, err)),
            Self::Doctor(command) => command.run(screen, out),
            Self::Profile(command) => command.run((screen, out, err)),
            Self::Login(command) => command.run((screen, out, err)),
            Self::Logout(command) => command.run((screen, out, err)),
            Self::Whoami(command) => command.run((screen, out, err)),
            Self::Usm(command) => command.run((screen, out, err)),
            Self::Session(command) => command.run((screen, out, err)),
            Self::User(command) => command.run((screen, out, err)),
            Self::Tenant(command) => command.run((screen, out, err)),
            Self::Partner(command) => command.run((screen, out, err)),
            Self::App(command) => command.run((screen, out, err)),
            Self::IdentityProvider(command) => command.run((screen, out, err)),
            Self::Key(command) => command.run((screen, out, err)),
            Self::Completions(command) => command.run(out),
            Self::Man(command) => command.run(Cli::command(), out),
            Self::Version(command) => command.run(out),
        }
    }
}
