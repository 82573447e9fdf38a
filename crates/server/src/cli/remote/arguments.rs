//! Arguments that every command takes which asks a server.

use std::path::PathBuf;

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use crate::cli::complete::profile_names;

/// Which server, and how to say what it answers; the same for every command that asks one.
#[derive(Debug, Args)]
pub(in crate::cli) struct RemoteArgs {
    /// The server and the credentials for it, by their name in the file of profiles [default: CLOAKROOM_PROFILE, or what
    /// `cloakroom profile use` chose].
    #[arg(long, value_name = "NAME", add = ArgValueCompleter::new(profile_names))]
    pub(super) profile: Option<String>,
    /// The file of profiles, mode 0600 [default: CLOAKROOM_PROFILES, or cloakroom/profiles.toml in XDG_CONFIG_HOME or ~/.config].
    #[arg(long, value_name = "FILE")]
    pub(super) profiles: Option<PathBuf>,
    /// Another server than the profile's; a login is good for its own server alone.
    #[arg(long, value_name = "URL")]
    pub(super) base_url: Option<String>,
    /// Print JSON, in lists one record a line.
    #[arg(long)]
    pub(super) json: bool,
    /// Say on standard error what is asked; twice: more of it. Never what is secret.
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
}

impl RemoteArgs {
    /// The server of a profile, as it stands.
    pub(in crate::cli) const fn of(profile: Option<String>, profiles: Option<PathBuf>, base_url: Option<String>) -> Self {
        Self { profile, profiles, base_url, json: false, verbose: 0 }
    }

    pub(in crate::cli) const fn is_json(&self) -> bool {
        self.json
    }
}
