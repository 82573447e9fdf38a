//! Moving everything from one database to another.

use cloakroom_store::transfer::{Step, TransferError, transfer as copy};

use super::assemble::postgres;
use crate::config::{self, Config, Secret};
use crate::failure::Failure;
use crate::logging;
use crate::report::Report;

/// The application name of a transfer's connections; any other name belongs to somebody else.
const NAME: &str = "cloakroom transfer";

/// What `transfer` is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferRequest {
    /// The URL of the database that holds everything.
    pub from: Secret,
    /// The URL of the one that is to.
    pub to: Secret,
}

/// Copies everything from one database to another, compares the two and says what was copied.
///
/// # Errors
/// What kept it from being done; the same transfer goes on from there.
pub async fn transfer(config: Config, request: TransferRequest, watch: &mut (dyn FnMut(Step) + Send)) -> Result<Report, Failure> {
    logging::start(&config.log).map_err(Failure::new)?;
    let at = |url: &Secret| config::Database::of(url).map_err(Failure::new);
    let (from, to) = (at(&request.from)?, at(&request.to)?);
    if from == to {
        return Err(Failure::new("source and target are the same database"));
    }
    if let config::Database::Sqlite(file) = &from
        && !file.exists()
    {
        return Err(Failure::new(format_args!("there is no database in {}", file.display())));
    }
    let (from, to) = (open(&config, from)?, open(&config, to)?);
    let ends = [(&from, "source"), (&to, "target")];
    let mut done = Ok(Vec::new());
    for (database, which) in ends {
        done = done.and(alone(database, which).await);
    }
    if done.is_ok() {
        done = copy(&from, &to, watch).await.map_err(|error| failure(&error));
    }
    for (database, which) in ends {
        if done.is_ok() {
            done = alone(database, which).await.and(done);
        }
        database.shutdown();
    }
    let mut report = Report::default();
    for (table, rows) in done? {
        report.say(format_args!("{table}: {rows} rows"));
    }
    report.say("transferred and compared: the target holds what the source does");
    report.say("not in it: the master key, which goes with the data to its new place");
    Ok(report)
}

fn open(config: &Config, at: config::Database) -> Result<cloakroom_store::Database, Failure> {
    match at {
        config::Database::Postgres(url) => {
            let (address, options) = postgres(config, &url)?;
            let opened = cloakroom_store::Database::connect(&address.calling_itself(NAME), &options, Default::default());
            opened.map_err(Failure::new)
        }
        config::Database::Sqlite(_) => super::assemble::open(config, at, Default::default()),
    }
}

/// Refuses a database that others are connected to.
async fn alone(database: &cloakroom_store::Database, which: &str) -> Result<Vec<(&'static str, u64)>, Failure> {
    match database.others_connected().await.map_err(Failure::new)? {
        0 => Ok(Vec::new()),
        others => {
            let text = format!("the {which} is in use: it has {others} other connections");
            Err(Failure::new(text).hint("stop the servers, and whoever else is connected to it"))
        }
    }
}

fn failure(error: &TransferError) -> Failure {
    let failed = Failure::new(error);
    match error {
        TransferError::Store(_) => failed.hint("the same command goes on from where it stopped"),
        TransferError::NothingThere | TransferError::Other(_) | TransferError::Differs(_) => failed,
    }
}
