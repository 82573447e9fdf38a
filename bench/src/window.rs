//! One window of load: all connections ask, each one request after the other, until it is over.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::Failure;
use crate::http_client::Connection;
use crate::measure::{self, Sample, nanos};

pub(crate) const CONNECTIONS: usize = 64;
/// One window; short, so that what else the machine does falls on all contenders alike.
const WINDOW: Duration = Duration::from_secs(1);
/// A window ends after so many requests on one connection, whatever the time.
const MOST_EACH: usize = 100_000;

/// What one connection asks for.
pub(crate) trait Load: Send + 'static {
    /// The next request, written before the clock runs: what a client costs is not what is measured.
    fn next(&mut self, chance: &mut Chance) -> &[u8];
}

/// As many connections as a window has.
pub(crate) async fn connect(address: SocketAddr) -> Result<Vec<Connection>, Failure> {
    let mut connections = Vec::with_capacity(CONNECTIONS);
    for _ in 0..CONNECTIONS {
        connections.push(Connection::open(address).await?);
    }
    Ok(connections)
}

/// Runs one window, in which each connection has a load of its own; the connections come back.
pub(crate) async fn window<L: Load>(connections: Vec<Connection>, load: impl Fn() -> L) -> Result<(Vec<Connection>, Sample), Failure> {
    let begun = measure::begin()?;
    let until = Instant::now() + WINDOW;
    let mut asking = JoinSet::new();
    for (number, connection) in connections.into_iter().enumerate() {
        asking.spawn(tokio::time::timeout(WINDOW * 30, ask_until(connection, load(), Chance::seeded(number), until)));
    }
    let (mut back, mut latencies) = (Vec::new(), Vec::new());
    while let Some(asked) = asking.join_next().await {
        let (connection, seen) = asked???;
        back.push(connection);
        latencies.extend(seen);
    }
    Ok((back, Sample::end(begun, latencies)?))
}

async fn ask_until<L: Load>(
    mut connection: Connection,
    mut load: L,
    mut chance: Chance,
    until: Instant,
) -> Result<(Connection, Vec<u32>), Failure> {
    let mut latencies = Vec::with_capacity(4096);
    while latencies.len() < MOST_EACH && Instant::now() < until {
        let request = load.next(&mut chance);
        let begun = Instant::now();
        let answer = connection.ask(request).await?;
        if answer.status != 200 {
            return Err(refused(answer.status, answer.body));
        }
        latencies.push(nanos(begun));
    }
    Ok((connection, latencies))
}

/// How many bytes the body of an answer has, so that the route that does nothing can answer as much.
pub(crate) async fn length_of_answer(connection: &mut Connection, request: &[u8]) -> Result<usize, Failure> {
    let answer = connection.ask(request).await?;
    if answer.status == 200 { Ok(answer.body.len()) } else { Err(refused(answer.status, answer.body)) }
}

fn refused(status: u16, body: &[u8]) -> Failure {
    format!("the server answered {status}: {}", String::from_utf8_lossy(body)).into()
}

/// Enough chance to spread requests (xorshift, seeded by the clock and the connection).
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn seeded(number: usize) -> Self {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Self((now.as_nanos() as u64 ^ (number as u64) << 48) | 1)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}
