//! `cloakroom transfer`

use std::io::Write;

use clap::Args;

use super::progress::Rows;
use super::{ConfigArgs, EXIT_CODES, Failure, report, runtime};
use crate::boot::{self, TransferRequest};
use crate::config::Secret;

/// Move everything from one database to another: from SQLite to PostgreSQL or back, while no server runs on either.
///
/// The target must be empty, or have been begun by the same transfer, which then goes on. Both are compared in the end. The source
/// is left as it is.
#[derive(Debug, Args)]
#[command(after_help = format!("Example:\n  cloakroom transfer --from sqlite:data/cloakroom.db --to postgres://cloakroom@db/cloakroom\n\n{EXIT_CODES}"))]
pub(super) struct Transfer {
    /// The database that holds everything: `sqlite:PATH` or `postgres://…`.
    #[arg(long, value_name = "URL", value_parser = secret)]
    from: Secret,
    /// The database that is to hold it. With a password, better the URL of a user whom PostgreSQL knows otherwise: others see command lines.
    #[arg(long, value_name = "URL", value_parser = secret)]
    to: Secret,
    #[command(flatten)]
    config: ConfigArgs,
}

fn secret(text: &str) -> Result<Secret, std::convert::Infallible> {
    Ok(Secret::new(text.to_owned()))
}

impl Transfer {
    pub(super) fn run(self, out: &mut impl Write, err: &mut impl Write) -> Result<(), Failure> {
        let loaded = self.config.load(Vec::new())?;
        let request = TransferRequest { from: self.from, to: self.to };
        let mut progress = Rows::on_standard_error();
        report(&runtime()?.block_on(boot::transfer(loaded.config, request, &mut |step| progress.show(step)))?, out, err);
        Ok(())
    }
}
