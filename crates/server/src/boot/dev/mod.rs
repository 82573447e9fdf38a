//! `cloakroom dev`: a server for somebody who looks at it for the first time, with people in it, that is thrown away.

mod people;
mod sessions;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

pub use self::people::{PASSWORD, Person};

use super::document::{ApplyRequest, Source};
use super::serve::{Prepared, Serving, prepare_at};
use super::throw_away::ThrowAwayFolder;
use crate::config::{Config, ListenAddress, LogFormat};
use crate::failure::Failure;
use crate::listen::{self, Bound};
use crate::tasks::stop::{self, Stage};

/// Where it listens unless told otherwise, as `cloakroom serve` does.
const USUAL_PORT: u16 = 8080;

/// Such a server while it serves.
pub struct Displayed {
    /// Where it is.
    pub serving: Serving,
    /// Where its data are until it stops.
    pub folder: PathBuf,
    /// Who may sign in.
    pub people: Vec<Person>,
}

/// Serves from a folder that is removed at the end, on loopback alone. Nothing of this machine's configuration enters: not the environment
/// either, which may name the database of others, who would then have people with a public password.
///
/// # Errors
/// An address that others reach, or what keeps it from serving.
pub async fn dev(listen: Option<SocketAddr>, announce: impl FnOnce(Displayed)) -> Result<(), Failure> {
    // Asked for before there is a folder, so that an interrupt at any moment leaves none behind.
    let (_trigger, stop) = stop::on_signals().map_err(Failure::new)?;
    let bound = bind(listen)?;
    let folder = ThrowAwayFolder::make("dev")?;
    let prepared = tokio::select! {
        prepared = prepare(&folder, bound) => prepared?,
        () = stop.reached(Stage::Draining) => return Ok(()),
    };
    let (path, people) = (folder.path().to_owned(), people::all()?);
    prepared.serve(|serving| announce(Displayed { serving, folder: path, people })).await
}

/// With its people and their sessions.
async fn prepare(folder: &ThrowAwayFolder, bound: Bound) -> Result<Prepared, Failure> {
    let mut config = Config::default();
    config.store.data_dir = folder.path().to_owned();
    config.server.listen = ListenAddress(bound.address());
    config.log.format = LogFormat::Text;
    // Requests, and whatever is wrong: a start has nothing to say that is not printed for people.
    config.log.level = "warn,cloakroom::access=info".to_owned();
    let apply = ApplyRequest { source: Source::Given(people::DIRECTORY), overwrite: false };
    let prepared = prepare_at(config, Some(apply), |_| Ok(bound)).await?;
    sessions::open(prepared.engine()).await?;
    Ok(prepared)
}

/// The address that was asked for; else the usual one, or a free one where that is taken.
fn bind(listen: Option<SocketAddr>) -> Result<Bound, Failure> {
    let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let bound = match listen {
        Some(asked) if !asked.ip().is_loopback() => {
            let public = format_args!("{asked} is not on loopback: people with a public password are for this machine alone");
            return Err(Failure::new(public).hint("an address such as 127.0.0.1:8080, or `cloakroom serve`"));
        }
        Some(asked) => listen::bind(asked),
        None => listen::bind(at(USUAL_PORT)).or_else(|error| match error.kind() {
            io::ErrorKind::AddrInUse => listen::bind(at(0)),
            _ => Err(error),
        }),
    };
    bound.map_err(|error| Failure::new(error).hint("another port with --listen, or 0 for a free one"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_this_machine_reaches_it() {
        for address in ["0.0.0.0:0", "[::]:0", "203.0.113.7:0"] {
            let (message, hint) = bind(Some(address.parse().unwrap())).unwrap_err().told();
            assert!(message.contains("not on loopback") && hint.is_some(), "{message}");
        }
        assert!(bind(Some("127.0.0.1:0".parse().unwrap())).unwrap().address().ip().is_loopback());
    }

    #[tokio::test]
    async fn a_port_that_was_asked_for_and_is_taken_is_told() {
        let taken = listen::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        assert!(bind(Some(taken.address())).unwrap_err().told().0.contains("cannot listen"));
    }

    /// Whether it is free or not when this runs.
    #[tokio::test]
    async fn somebody_elses_port_is_no_obstacle() {
        let first = bind(None).unwrap();
        let second = bind(None).unwrap();
        assert_ne!(first.address().port(), second.address().port());
    }
}
