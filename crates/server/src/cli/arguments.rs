//! Arguments that every command with a configuration takes.

use std::io::stderr;
use std::path::PathBuf;

use clap::Args;

use super::{Failure, say};
use crate::config::{self as configuration, Loaded, Sources};

/// Where the configuration comes from; the same for every command that needs one.
#[derive(Debug, Default, Args)]
pub(super) struct ConfigArgs {
    /// TOML file with the configuration.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Directory of the database and of the files made on first start.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<String>,
    /// Database to use instead of the one in the data directory: `sqlite:PATH` or `postgres://…`. With a password, better in a file:
    /// others see command lines.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// File whose content is the URL of the database.
    #[arg(long, value_name = "FILE", conflicts_with = "database_url")]
    database_url_file: Option<String>,
}

/// Warns of a password that everybody on this machine reads in the list of processes.
pub(super) fn warn_of_password(flag: &str, url: &str) {
    if configuration::carries_password(url) {
        say(
            &mut stderr(),
            &format_args!("warning: the password in {flag} shows in the list of processes; {flag}-file reads the URL from a file"),
        );
    }
}

impl ConfigArgs {
    pub(super) fn load(self, more: Vec<(&'static str, &'static str, String)>) -> Result<Loaded, Failure> {
        let mut sources = Sources::of_process(self.config);
        if let Some(url) = &self.database_url {
            warn_of_password("--database-url", url);
        }
        let flags = [
            ("--data-dir", "store.data_dir", self.data_dir),
            ("--database-url", "store.database_url", self.database_url),
            ("--database-url-file", "store.database_url_file", self.database_url_file),
        ];
        sources.flags = flags.into_iter().filter_map(|(flag, key, value)| Some((flag, key, value?))).chain(more).collect();
        configuration::load(&sources).map_err(|problems| {
            Failure::new(problems).hint("`cloakroom config reference` lists every key, its bounds and its environment variable")
        })
    }
}
