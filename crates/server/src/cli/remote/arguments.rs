//! Arguments that every command takes which asks a server.

use std::path::PathBuf;

use clap::Args;

/// Which server, and how to say what it answers; the same for every command that asks one.
#[derive(Debug, Args)]
pub(in crate::cli) struct RemoteArgs {
    /// The server and the credentials for it, by their name in the file of profiles.
    #[arg(long, value_name = "NAME")]
    pub(super) profile: String,
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
    pub(in crate::cli) const fn is_json(&self) -> bool {
        self.json
    }
}
