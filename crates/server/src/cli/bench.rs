//! `cloakroom bench`

use std::io::Write;
use std::time::Duration;

use clap::Args;
use cloakroom_client::usm::{SessionCreate, SessionListQuery};
use cloakroom_client::{Client, Clock as _, Error, Secret, SystemClock};
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::remote::{Screen, Shown, refused};
use super::{EXIT_CODES, Failure, runtime};
use crate::boot::ThrowAwayServer;

/// Measure this machine: a bounded load on loopback against a server that is thrown away afterwards.
///
/// Server and callers share the cores, so compare the rows of one run with each other: the first is what HTTP alone costs. The figures
/// of the project, by a harness of its own, stand in bench/README.md.
#[derive(Debug, Args)]
#[command(after_help = format!("Example:\n  cloakroom bench --seconds 5 --callers 64\n\n{EXIT_CODES}"))]
pub(super) struct Bench {
    /// How long each row is measured.
    #[arg(long, value_name = "SECONDS", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: u64,
    /// How many call at once.
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u64).range(1..=256))]
    callers: u64,
    /// How many sessions there are.
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=1000))]
    sessions: u64,
    /// Print JSON, one row a line.
    #[arg(long)]
    json: bool,
}

/// How many sign in at once: each keeps a core busy, and what waits too long is refused.
const SIGNING_IN: u64 = 4;

const COLUMNS: &[&str] = &["call", "per_second", "p50_ms", "p99_ms", "calls", "of_no_op"];

impl Bench {
    pub(super) fn run(self, (screen, out, err): (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        let server = ThrowAwayServer::start()?;
        let rows = runtime()?.block_on(self.measure(&server))?;
        Shown::list(&rows, COLUMNS, None).print(self.json, screen, SystemClock.now(), out, err);
        Ok(())
    }

    async fn measure(&self, server: &ThrowAwayServer) -> Result<Vec<Value>, Failure> {
        let client = Client::new(server.url()).map_err(refused)?;
        let (email, password) = server.user();
        let wish = SessionCreate::new(email, Secret::new(password));
        let mut guids = Vec::new();
        for _ in 0..self.sessions {
            guids.push(client.usm().session_create(&wish).await.map_err(refused)?.session_guid);
        }
        let guid = |number: usize| &guids[number % guids.len()];
        let no_op = self.row("no-op (healthz)", self.callers, async |_| client.operations().is_alive().await.map(|_| ())).await?;
        let rows = vec![
            self.row("usm session/validate", self.callers, async |number| client.usm().session_validate(guid(number)).await.map(|_| ()))
                .await?,
            self.row("usm session/get", self.callers, async |number| client.usm().session_get(guid(number), false).await.map(|_| ()))
                .await?,
            self.row("usm session/list", self.callers, async |number| {
                client.usm().session_list(&SessionListQuery::new(guid(number).clone())).await.map(|_| ())
            })
            .await?,
            self.row("user login, logout", self.callers.min(SIGNING_IN), async |_| {
                let auth = cloakroom_client::Auth::login(&client, "bench", &wish.passcode).await?;
                auth.logout().await
            })
            .await?,
        ];
        let base = no_op["per_second"].as_f64().unwrap_or(1.0).max(1.0);
        Ok([no_op].into_iter().chain(rows).map(|row| compared(row, base)).collect())
    }

    /// So many callers, each calling again and again until the time is over.
    async fn row(&self, name: &str, callers: u64, call: impl AsyncFn(usize) -> Result<(), Error>) -> Result<Value, Failure> {
        let begun = SystemClock.now();
        let end = begun + Duration::from_secs(self.seconds);
        let call = &call;
        let caller = |caller: u64| async move {
            let (mut taken, mut number) = (Vec::new(), usize::try_from(caller).unwrap_or_default() * 7919);
            loop {
                let before = SystemClock.now();
                if before >= end {
                    return Ok(taken);
                }
                call(number).await?;
                taken.push(SystemClock.now().saturating_sub(before));
                number += 1;
            }
        };
        let callers = join_all((0..callers).map(caller)).await;
        let took = SystemClock.now().saturating_sub(begun).as_secs_f64();
        let mut taken = Vec::new();
        for of_one in callers {
            taken.extend(of_one.map_err(|error: Error| refused(error))?);
        }
        taken.sort_unstable();
        let at = |share: usize| taken.get(taken.len() * share / 100).map_or(0.0, |taken| rounded(taken.as_secs_f64() * 1000.0));
        let per_second = rounded(taken.len() as f64 / took.max(0.001));
        Ok(json!({ "call": name, "calls": taken.len(), "per_second": per_second, "p50_ms": at(50), "p99_ms": at(99) }))
    }
}

fn compared(mut row: Value, base: f64) -> Value {
    let ratio = row["per_second"].as_f64().unwrap_or(0.0) / base;
    row["of_no_op"] = json!((ratio * 100.0).round() / 100.0);
    row
}

/// To two places.
fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
