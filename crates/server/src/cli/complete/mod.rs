//! What shells ask while somebody types: commands and options from their definitions, names from the server of the profile that is typed.
//! Quick, and silent where it cannot know.

mod names;
mod profiles;

use std::process::ExitCode;

use clap::Command;
use clap_complete::env::CompleteEnv;

pub(super) use names::{applications, audit_actions, identity_providers, partners, tenants, users};
pub(super) use profiles::profile_names;

/// Answers a shell, where one asks.
pub(super) fn answered(commands: impl Fn() -> Command) -> Option<ExitCode> {
    match CompleteEnv::with_factory(commands).var(ASKED_BY).try_complete(std::env::args_os(), None) {
        Ok(false) => None,
        Ok(true) => Some(ExitCode::SUCCESS),
        // A shell would show what is said in the midst of what is typed.
        Err(_) => Some(ExitCode::FAILURE),
    }
}

/// The variable by which a shell asks; [`clap_complete::env`] says what it holds.
pub(super) const ASKED_BY: &str = "CLOAKROOM_COMPLETE";
