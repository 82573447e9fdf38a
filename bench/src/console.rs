//! Pages of the console among many sessions, over HTTP: the first, each filter, and filters that find nothing, for which most is looked at.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use cloakroom_engine::sessions::Birth;

use crate::http_client::Connection;
use crate::in_process::{InProcess, runtime};
use crate::measure::{self, Contender, Sample, nanos};
use crate::people::{Home, USER_AGENT};
use crate::validate::seed;
use crate::{Failure, Wanted};

/// Asked so often for each page.
const ASKED: usize = 100;
/// Milliseconds; a person who waits longer notices it.
const MOST_MS: f64 = 100.0;

/// What a page is called here, and its address behind `/console`.
const PAGES: &[(&str, &str)] = &[
    ("overview", ""),
    ("sessions, first page", "/sessions"),
    ("by user", "/sessions?user=user7"),
    ("by tenant", "/sessions?tenant=ACME"),
    ("by application", "/sessions?application=shop"),
    ("by address", "/sessions?address=203.0.113.77"),
    ("by the beginning of an address", "/sessions?address=203.0."),
    ("by device", "/sessions?device=desktop"),
    ("younger than an hour", "/sessions?age=hour"),
    ("tenant, device and age", "/sessions?tenant=ACME&device=desktop&age=day"),
    ("nobody's address", "/sessions?address=198.51.100.1"),
    ("nobody's device", "/sessions?device=tv"),
    ("user and nobody's device", "/sessions?user=user7&device=tv"),
    ("tenant and nobody's address", "/sessions?tenant=ACME&address=198.51.100."),
    ("older than a month", "/sessions?age=over-month"),
    ("dead", "/sessions?state=dead"),
    ("expired", "/sessions?state=expired"),
    ("users", "/directory/users"),
    ("trail", "/audit"),
    ("health", "/health"),
];

pub(crate) fn run(wanted: &Wanted, scratch: &Path) -> Result<bool, Failure> {
    let count = wanted.sessions(1_000_000);
    let client = runtime("client", 1)?;
    let seeding = runtime("seed", 2)?;
    let users = wanted.users.unwrap_or((count / 200).max(10));
    let home = Arc::new(seeding.block_on(Home::settle(&scratch.join("cloakroom.db"), users))?);
    let begun = Instant::now();
    seeding.block_on(async {
        seed(&home, count, Birth::Usm).await?;
        while home.engine.seal_audit_entries(10_000).await?.1 {}
        Ok::<_, Failure>(())
    })?;
    println!(
        "{count} sessions of {users} users opened in {:.0} s; each page {ASKED} times, one after the other",
        begun.elapsed().as_secs_f64()
    );
    let cookie = seeding.block_on(home.administrator_at_browser())?.cookie_value().to_string();
    drop(seeding);
    let server = InProcess::start(&home, 0)?;
    let mut contenders = client.block_on(async {
        let mut connection = Connection::open(server.address).await?;
        let mut contenders = Vec::new();
        for (name, address) in PAGES {
            contenders.push(page(&mut connection, name, &ask(address, &cookie)).await?);
        }
        Ok::<_, Failure>(contenders)
    })?;
    crate::print_table(&mut contenders);
    let slowest = contenders.iter_mut().map(|contender| contender.all.percentile(0.99) / 1000.0).fold(0.0, f64::max);
    println!("the slowest page takes {slowest:.1} ms (p99); at most {MOST_MS} ms are wanted");
    drop(server);
    home.database.shutdown();
    Ok(slowest <= MOST_MS)
}

/// Loads a page again and again.
async fn page(connection: &mut Connection, name: &str, request: &[u8]) -> Result<Contender, Failure> {
    let begun = measure::begin()?;
    let mut latencies = Vec::with_capacity(ASKED);
    for _ in 0..ASKED {
        let asked = Instant::now();
        let answer = connection.ask(request).await?;
        if answer.status != 200 {
            return Err(format!("{name}: the server answered {}", answer.status).into());
        }
        latencies.push(nanos(asked));
    }
    let mut contender = Contender::new(name);
    contender.add(Sample::end(begun, latencies)?);
    Ok(contender)
}

/// What a browser sends; the cookie is called so on loopback without TLS.
fn ask(address: &str, cookie: &str) -> Vec<u8> {
    let headers = format!("host: localhost\r\nuser-agent: {USER_AGENT}\r\ncookie: cloakroom={cookie}");
    format!("GET /console{address} HTTP/1.1\r\n{headers}\r\n\r\n").into_bytes()
}
