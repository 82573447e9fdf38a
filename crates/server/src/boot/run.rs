//! Running a command: in the server that has the database open, else here.

use super::assemble::{assemble, issuer};
use super::control;
use super::outside::{as_failure, outside};
use crate::config::{self, Config};
use crate::control::{Command, command};
use crate::failure::Failure;
use crate::logging;
use crate::report::Report;

/// Runs a command: in the server that has the database open, else here.
///
/// # Errors
/// What the command says, or what keeps it from running.
pub async fn run_command(config: Config, command: Command) -> Result<Report, Failure> {
    logging::start(&config.log).map_err(Failure::new)?;
    if let Some(done) = control::ask_running(&config, &command).await? {
        return done;
    }
    let is_file = matches!(config.store.database(), Ok(config::Database::Sqlite(_)));
    if let (true, Err(error), false) = (is_file, control::database(&config)?, command.may_make_a_database()) {
        let dir = config.store.data_dir.display();
        return Err(Failure::new(format_args!("there is no database in {dir}: {error}")).hint("another directory with --data-dir"));
    }
    let outside = outside(&config).map_err(as_failure)?;
    let assembled = assemble(&config, issuer(&config, &config.server.listen.to_string()), outside)?;
    let done = command::execute(&assembled.engine, command).await;
    assembled.database.shutdown();
    done
}
