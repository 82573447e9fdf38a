//! `cloakroom config`

use std::io::Write;

use clap::{Args, Subcommand};

use super::{ConfigArgs, EXIT_CODES, Failure, say};
use crate::{boot, config};

/// Look at the configuration.
#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct Config {
    #[command(subcommand)]
    command: Look,
}

#[derive(Debug, Subcommand)]
enum Look {
    /// Say whether the configuration is valid and what it names can be used, and everything that is wrong with it.
    #[command(after_help = format!("Example:\n  cloakroom config check --config cloakroom.toml\n\n{EXIT_CODES}"))]
    Check(ConfigArgs),
    /// Print every key with its default, environment variable and meaning, as Markdown.
    #[command(after_help = format!("Example:\n  cloakroom config reference > configuration.md\n\n{EXIT_CODES}"))]
    Reference,
    /// Print the effective configuration as TOML, secrets redacted, and where each value came from.
    #[command(after_help = format!("Example:\n  CLOAKROOM__LOG__LEVEL=warn cloakroom config show\n\n{EXIT_CODES}"))]
    Show(ConfigArgs),
}

impl Config {
    pub(super) fn run(self, out: &mut impl Write, err: &mut impl Write) -> Result<(), Failure> {
        match self.command {
            Look::Check(args) => {
                let loaded = args.load(Vec::new())?;
                for concern in boot::looked_over(&loaded.config).map_err(boot::as_failure)? {
                    say(err, &format_args!("warning: {}\nhint: {}", concern.seen, concern.hint));
                }
                say(out, &"the configuration is valid");
            }
            Look::Reference => say(out, &config::markdown()),
            Look::Show(args) => say(out, &config::show(&args.load(Vec::new())?)),
        }
        Ok(())
    }
}
