//! Arguments that every command with a configuration takes.

use std::path::PathBuf;

use clap::Args;

use super::Failure;
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
    /// Database to use instead of the one in the data directory: `sqlite:PATH` or `postgres://…`. With a password, better as a setting:
    /// others see command lines.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
}

impl ConfigArgs {
    pub(super) fn load(self, more: Vec<(&'static str, &'static str, String)>) -> Result<Loaded, Failure> {
        let mut sources = Sources::of_process(self.config);
        let flags = [("--data-dir", "store.data_dir", self.data_dir), ("--database-url", "store.database_url", self.database_url)];
        sources.flags = flags.into_iter().filter_map(|(flag, key, value)| Some((flag, key, value?))).chain(more).collect();
        configuration::load(&sources).map_err(|problems| {
            Failure::new(problems).hint("`cloakroom config reference` lists every key, its bounds and its environment variable")
        })
    }
}
