//! Measurements of Cloakroom, each against something measured beside it in the same run. See bench/README.md.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a bench reads clocks, starts threads and prints what it found")]

mod api_keys;
mod authorize;
mod bare;
mod bearers;
mod child;
mod console;
mod create;
mod idle_memory;
mod operators;
mod people;
mod plot;
mod postgres;
mod refresh;
mod scale;
mod sign_in_timing;
mod touch_storm;
mod turns;
mod validate;

use std::process::ExitCode;
use std::time::Duration;

use cloakroom_server::bench::measure::{COLUMNS, Contender, Ratios};
use cloakroom_server::bench::{Failure, http_client, in_process, measure, window};

/// What the server runs on, too.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

const USAGE: &str = "usage: cloakroom-bench NAME [--sessions N] [--tokens N] [--seconds S] [--users N] [--access-log] [--keep] [--plot FILE]

  validate        session/validate over HTTP on N sessions (1000000), against a route that does nothing, raw hyper, and Redis where there is
                  redis-server; S seconds for each (10)
  api-keys        api_key/validate over HTTP on N keys (100000), against a route that does nothing and raw hyper; S seconds for each (10)
  create          N durable creates (200000) by 64 callers, against bare rusqlite; at most S seconds a window (30)
  refresh         durable rotations of refresh tokens by 64 callers, against bare creates; S seconds of each (10)
  bearers         introspection and a user's own list over HTTP on N live tokens (--tokens, 20000), against a route that does nothing and
                  raw hyper; S seconds each (10)
  authorize       an application is let into a browser's session over HTTP, and redeems its code, for N sessions (10000) and ID tokens by RS256
                  and ES256, against a route that does nothing; S seconds of each (10)
  console         pages of the console over HTTP on N sessions (1000000): the first page, every filter, and what filters do not find
  scale           lists, totals, statistics and a tenant-wide end at 10000, 100000 and at most N sessions (1000000)
  sign-in-timing  unknown email against wrong passcode, N tries of each (200)
  idle-memory     the server's memory when it has nothing to do, before and after N sign-ins (400)
  touch-storm     validations of one session for S seconds (20), and the rows that they wrote
  operators       the operators' list of N users (100000) who have live sessions: first, middle and last page
  postgres        validations of N sessions (100000), durable creates and rotations on PostgreSQL by 64 callers in one process and two,
                  against bare tokio-postgres and pgbench; S seconds of each (10). Starts a server of its own

  --tokens N      bearers: live tokens; more than 20000 are asked about beside the first 20000 of them
  --users N       users that the sessions belong to: by default a 200th of the sessions (validate, scale), a quarter (bearers), 10000 (create),
                  2000 (postgres), 100000 (operators)
  --access-log    validate: with the server's line per request on standard error, which is best sent to /dev/null
  --keep          leave the databases where they were made and say where
  --plot FILE     scale: draw how its figures grow, as SVG

validate, api-keys, refresh, bearers, authorize, scale and postgres end with a line `ratios: name=value …`, medians of alternating windows.";

/// What the command line asks for.
#[derive(Debug, Default, Clone)]
struct Wanted {
    name: String,
    sessions: Option<usize>,
    tokens: Option<usize>,
    seconds: Option<u64>,
    users: Option<usize>,
    access_log: bool,
    keep: bool,
    plot: Option<std::path::PathBuf>,
}

impl Wanted {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let mut wanted = Self::default();
        while let Some(argument) = arguments.next() {
            if argument == "--plot" {
                wanted.plot = Some(arguments.next().ok_or("--plot wants a file")?.into());
                continue;
            }
            let mut number = || -> Result<u64, Failure> {
                let text = arguments.next().ok_or_else(|| format!("{argument} wants a number"))?;
                let number: u64 = text.parse().map_err(|_| format!("{argument}: {text:?} is no whole number"))?;
                if number == 0 { Err(format!("{argument} must be at least 1").into()) } else { Ok(number) }
            };
            match argument.as_str() {
                "--sessions" => wanted.sessions = Some(usize::try_from(number()?)?),
                "--tokens" => wanted.tokens = Some(usize::try_from(number()?)?),
                "--seconds" => wanted.seconds = Some(number()?),
                "--users" => wanted.users = Some(usize::try_from(number()?)?),
                "--access-log" => wanted.access_log = true,
                "--keep" => wanted.keep = true,
                name if wanted.name.is_empty() && !name.starts_with('-') => wanted.name = name.to_owned(),
                other => return Err(format!("{other:?} is not understood\n{USAGE}").into()),
            }
        }
        Ok(wanted)
    }

    fn sessions(&self, default: usize) -> usize {
        self.sessions.unwrap_or(default)
    }

    fn seconds(&self, default: u64) -> Duration {
        Duration::from_secs(self.seconds.unwrap_or(default))
    }
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some(postgres::load::NAME) {
        return postgres::load::main(arguments.collect());
    }
    match Wanted::read(std::env::args().skip(1)).and_then(|wanted| run(&wanted)) {
        Ok(Outcome { kept, ratios }) => {
            if !kept {
                println!("a bound was missed");
            }
            if let Some(ratios) = ratios {
                println!("{ratios}");
            }
            if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(failure) => {
            println!("{failure}");
            ExitCode::FAILURE
        }
    }
}

/// How a measurement ended.
struct Outcome {
    /// Whether every bound was kept.
    kept: bool,
    /// What a program reads of it, in its last line.
    ratios: Option<Ratios>,
}

impl From<bool> for Outcome {
    fn from(kept: bool) -> Self {
        Self { kept, ratios: None }
    }
}

impl From<Ratios> for Outcome {
    fn from(ratios: Ratios) -> Self {
        Self { kept: true, ratios: Some(ratios) }
    }
}

fn run(wanted: &Wanted) -> Result<Outcome, Failure> {
    let scratch = tempfile::Builder::new().prefix("cloakroom-bench-").disable_cleanup(wanted.keep).tempdir()?;
    let path = scratch.path();
    if wanted.keep {
        println!("databases stay in {}", path.display());
    }
    remove_on_interrupt(path.to_owned())?;
    println!("load before: {}", measure::load_average());
    let outcome = match wanted.name.as_str() {
        "validate" => validate::run(wanted, path),
        "api-keys" => api_keys::run(wanted, path),
        "authorize" => authorize::run(wanted, path),
        "console" => console::run(wanted, path).map(Outcome::from),
        "create" => create::run(wanted, path).map(Outcome::from),
        "refresh" => refresh::run(wanted, path),
        "bearers" => bearers::run(wanted, path),
        "scale" => scale::run(wanted, path),
        "sign-in-timing" => sign_in_timing::run(wanted, path).map(Outcome::from),
        "idle-memory" => idle_memory::run(wanted, path).map(Outcome::from),
        "postgres" => postgres::run(wanted, path),
        "operators" => operators::run(wanted, path).map(Outcome::from),
        "touch-storm" => touch_storm::run(wanted, path).map(Outcome::from),
        _ => return Err(USAGE.into()),
    }?;
    println!("load after: {}", measure::load_average());
    Ok(outcome)
}

/// Prints rate, latencies and CPU time of each.
fn print_table(contenders: &mut [Contender]) {
    print!("{}", measure::table(contenders, COLUMNS, None));
}

/// A million sessions are most of a gigabyte: they do not stay behind when somebody loses patience.
fn remove_on_interrupt(scratch: std::path::PathBuf) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::Builder::new().name("interrupt".into()).spawn(move || {
        if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            // What cannot be removed is in the system's temporary directory all the same.
            let _ = std::fs::remove_dir_all(scratch);
            std::process::exit(130);
        }
    })?;
    Ok(())
}
