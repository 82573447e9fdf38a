//! `cloakroom bench`

use std::io::Write;

use clap::Args;
use cloakroom_client::{Clock as _, SystemClock};
use serde_json::json;

use super::consent::counted;
use super::remote::{Screen, Shown};
use super::{EXIT_CODES, Failure, progress, say};
use crate::bench::measure::{COLUMNS, Contender, grouped, table};
use crate::bench::{ROWS, Wanted, run, throw_away};

/// Measure this machine: a bounded load on loopback against a server that is thrown away afterwards.
///
/// Prints those rows of the table in bench/README.md that need nothing but this program, by the same names and in the same columns;
/// create and refresh go through the engine without HTTP. Rows against bare rusqlite, tokio-postgres or pgbench belong to
/// cloakroom-bench, the program in bench/. Passwords are believed: what a hash costs is known, and no part of these rows. Server, store
/// and callers share the cores, so compare the rows of one run with each other: the last column does, window by window.
#[derive(Debug, Args)]
#[command(after_help = format!("Example:\n  cloakroom bench --seconds 5 --callers 64\n\n{EXIT_CODES}"))]
pub(super) struct Bench {
    /// How long each of the seven rows is measured.
    #[arg(long, value_name = "SECONDS", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: u64,
    /// How many call at once.
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=256))]
    callers: u64,
    /// How many sessions are validated.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    sessions: u64,
    /// Print JSON, one row a line.
    #[arg(long)]
    json: bool,
}

impl Bench {
    pub(super) fn run(self, (screen, out, err): (Screen, &mut impl Write, &mut impl Write)) -> Result<(), Failure> {
        let count = |number: u64| usize::try_from(number).map_err(Failure::new);
        let wanted = Wanted { seconds: self.seconds, callers: count(self.callers)?, sessions: count(self.sessions)? };
        let (callers, sessions) = (counted(self.callers, "caller"), counted(self.sessions, "session"));
        say(err, &format_args!("{callers}, {sessions}, {} s for each of {} rows", self.seconds, ROWS.len()));
        let mut progress = progress::Bench::on_standard_error();
        let rows = throw_away::within(|folder| run(wanted, folder, &mut |what, done, of| progress.show(what, done, of)));
        progress.finish();
        let mut rows = rows?;
        if self.json {
            for at in 0..rows.len() {
                say(out, &line(&mut rows, at));
            }
        } else if screen.width.is_some() {
            let shown: Vec<_> = (0..rows.len()).map(|at| seen(&mut rows, at)).collect();
            Shown::list(&shown, SEEN, None).print(false, screen, SystemClock.now(), out, err);
        } else {
            say(out, &table(&mut rows, COLUMNS, Some(0)));
        }
        Ok(())
    }
}

const SEEN: &[&str] = &["row", "rate", "p50", "p99", "of_no-op", "CPU_of_server_+_store_+_callers"];

/// One row as people at a terminal see it, what matters most on the left.
fn seen(rows: &mut [Contender], at: usize) -> serde_json::Value {
    let of_no_op = if at > 0 { rows[at].ratio_to(&rows[0]).to_string() } else { "-".to_owned() };
    let Contender { name, all, .. } = &mut rows[at];
    let [server, store, callers] = all.cpu_each();
    let milliseconds = |micros: f64| format!("{:.2} ms", micros / 1000.0);
    let (p50, p99) = (milliseconds(all.percentile(0.5)), milliseconds(all.percentile(0.99)));
    json!({
        "row": name, "rate": format!("{}/s", grouped(all.rate())), "p50": p50, "p99": p99, "of_no-op": of_no_op,
        "CPU_of_server_+_store_+_callers": format!("{server:.1} + {store:.1} + {callers:.1} µs"),
    })
}

/// One row as an object; the first is what the others are compared with.
fn line(rows: &mut [Contender], at: usize) -> serde_json::Value {
    let ratio = (at > 0).then(|| rows[at].ratio_to(&rows[0]));
    let all = &mut rows[at].all;
    let [server, store, callers] = all.cpu_each().map(rounded);
    let milliseconds = |micros: f64| rounded(micros / 1000.0);
    let ratio = ratio.map(|of| json!({ "median": rounded(of.median), "least": rounded(of.least), "most": rounded(of.most) }));
    let (p50, p99) = (milliseconds(all.percentile(0.5)), milliseconds(all.percentile(0.99)));
    json!({
        "row": rows[at].name, "per_second": rounded(rows[at].all.rate()), "p50_ms": p50, "p99_ms": p99,
        "cpu_us": { "server": server, "store": store, "callers": callers }, "of_no_op": ratio,
    })
}

/// To two places.
fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
