//! Whether an unknown email can be told from a wrong passcode by the time that the answer takes (P5).

use std::path::Path;
use std::time::Instant;

use crate::child::Server;
use crate::http_client::{Connection, post};
use crate::in_process::runtime;
use crate::measure::{Sample, begin, nanos};
use crate::{Failure, Wanted};

const CONFIG: &str = "[lockout]\nfailures = 0\nfailures_everywhere = 0\n";
const DIRECTORY: &str = "
users:
  - {username: alice, email: alice@example.com, password: Correct-horse-7, status: verified}
";
const WARM_UP: usize = 10;
/// How far the medians may lie apart.
const BOUND: f64 = 0.05;

pub(crate) fn run(wanted: &Wanted, scratch: &Path) -> Result<bool, Failure> {
    let server = Server::start(scratch, CONFIG, Some(DIRECTORY))?;
    let tries = wanted.sessions(200);
    let (mut unknown, mut wrong) = runtime("client", 1)?.block_on(alternate(&server, tries))?;
    println!("{:<16}{:>10}{:>10}{:>10}", "", "p10 us", "median us", "p90 us");
    for (name, sample) in [("unknown email", &mut unknown), ("wrong passcode", &mut wrong)] {
        println!("{name:<16}{:>10.0}{:>10.0}{:>10.0}", sample.percentile(0.1), sample.percentile(0.5), sample.percentile(0.9));
    }
    let ratio = unknown.percentile(0.5) / wrong.percentile(0.5);
    println!("{tries} interleaved tries of each, one connection: the medians' ratio is {ratio:.4}, must be within {BOUND} of 1");
    Ok((ratio - 1.0).abs() <= BOUND)
}

/// Tries both, one after the other, each first in every second pair.
async fn alternate(server: &Server, tries: usize) -> Result<(Sample, Sample), Failure> {
    // Names of one length, so that nothing but the look-up differs.
    let unknown = post("/usm/session/create", r#"{"email":"alina@example.com","passcode":"Wrong-horse-8"}"#);
    let wrong = post("/usm/session/create", r#"{"email":"alice@example.com","passcode":"Wrong-horse-8"}"#);
    let mut connection = Connection::open(server.address).await?;
    let mut seen = [Vec::new(), Vec::new()];
    let begun = [begin()?, begin()?];
    for number in 0..WARM_UP + tries {
        for turn in [number % 2, (number + 1) % 2] {
            let asked = Instant::now();
            let answer = connection.ask([&unknown, &wrong][turn]).await?;
            let took = nanos(asked);
            if answer.status != 401 {
                return Err(format!("the server answered {}: {}", answer.status, String::from_utf8_lossy(answer.body)).into());
            }
            if number >= WARM_UP {
                seen[turn].push(took);
            }
        }
    }
    let ([first, second], [unknown, wrong]) = (begun, seen);
    Ok((Sample::end(first, unknown)?, Sample::end(second, wrong)?))
}
