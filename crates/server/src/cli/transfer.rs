//! `cloakroom transfer`

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::arguments::warn_of_password;
use super::progress::Rows;
use super::{ConfigArgs, EXIT_CODES, Failure, report, runtime};
use crate::boot::{self, TransferRequest};
use crate::config::{Secret, read_secret};

/// Move everything from one database to another: from SQLite to PostgreSQL or back, while no server runs on either.
///
/// The target must be empty, or have been begun by the same transfer, which then goes on. Both are compared in the end. The source
/// is left as it is.
#[derive(Debug, Args)]
#[command(after_help = format!("Example:\n  cloakroom transfer --from sqlite:data/cloakroom.db --to postgres://cloakroom@db/cloakroom\n\n{EXIT_CODES}"))]
pub(super) struct Transfer {
    /// The database that holds everything: `sqlite:PATH` or `postgres://…`.
    #[arg(long, value_name = "URL", value_parser = secret, required_unless_present = "from_file")]
    from: Option<Secret>,
    /// File whose content is that URL.
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    from_file: Option<PathBuf>,
    /// The database that is to hold it. With a password, better in a file: others see command lines.
    #[arg(long, value_name = "URL", value_parser = secret, required_unless_present = "to_file")]
    to: Option<Secret>,
    /// File whose content is that URL.
    #[arg(long, value_name = "FILE", conflicts_with = "to")]
    to_file: Option<PathBuf>,
    #[command(flatten)]
    config: ConfigArgs,
}

fn secret(text: &str) -> Result<Secret, std::convert::Infallible> {
    Ok(Secret::new(text.to_owned()))
}

/// The URL as it was given, or as the file has it.
fn url(flag: &str, given: Option<Secret>, file: Option<PathBuf>) -> Result<Secret, Failure> {
    match (given, file) {
        (Some(url), _) => {
            warn_of_password(flag, url.reveal());
            Ok(url)
        }
        (None, Some(file)) => read_secret(&file).map_err(|problem| Failure::new(format_args!("{} {problem}", file.display()))),
        (None, None) => Err(Failure::new(format_args!("{flag} or {flag}-file is needed"))),
    }
}

impl Transfer {
    pub(super) fn run(self, out: &mut impl Write, err: &mut impl Write) -> Result<(), Failure> {
        let loaded = self.config.load(Vec::new())?;
        let request = TransferRequest { from: url("--from", self.from, self.from_file)?, to: url("--to", self.to, self.to_file)? };
        let mut progress = Rows::on_standard_error();
        report(&runtime()?.block_on(boot::transfer(loaded.config, request, &mut |step| progress.show(step)))?, out, err);
        Ok(())
    }
}
