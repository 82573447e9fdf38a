//! One window of load: all connections ask, each one request after the other, until it is over.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio::task::JoinSet;

use super::Failure;
use super::http_client::Connection;
use super::measure::{self, Sample, nanos};

/// How many ask at once by default.
pub const CONNECTIONS: usize = 64;
/// The length of a window; short, so that other load on the machine affects all contenders alike.
const WINDOW: Duration = Duration::from_secs(1);
/// A window ends after so many requests on one connection, whatever the time.
const MOST_EACH: usize = 100_000;

/// What one connection asks for.
pub trait Load: Send + 'static {
    /// The next request, written before the clock runs: what a client costs is not what is measured.
    fn next(&mut self, chance: &mut Chance) -> &[u8];
}

impl Load for Arc<Vec<Vec<u8>>> {
    /// Any of them.
    fn next(&mut self, chance: &mut Chance) -> &[u8] {
        &self[chance.below(self.len())]
    }
}

/// A connection to whatever is measured, with one request under way at a time.
pub trait Line: Send + 'static {
    /// Sends a request and reads the whole answer to it.
    ///
    /// # Errors
    /// When the answer is no success.
    fn served(&mut self, request: &[u8]) -> impl Future<Output = Result<(), Failure>> + Send;
}

impl Line for Connection {
    async fn served(&mut self, request: &[u8]) -> Result<(), Failure> {
        let answer = self.ask(request).await?;
        if answer.status == 200 { Ok(()) } else { Err(refused(answer.status, answer.body)) }
    }
}

/// One that calls without HTTP, one thing after the other.
#[async_trait]
pub trait Caller: Send {
    /// Does it once.
    ///
    /// # Errors
    /// When it was not done.
    async fn call(&mut self) -> Result<(), Failure>;
}

/// The callers of a window.
pub type Callers = Vec<Box<dyn Caller>>;

/// As many connections as a window has.
///
/// # Errors
/// When the server cannot be reached.
pub async fn connect(address: SocketAddr) -> Result<Vec<Connection>, Failure> {
    connect_as_many(address, CONNECTIONS).await
}

/// So many connections.
///
/// # Errors
/// When the server cannot be reached.
pub async fn connect_as_many(address: SocketAddr, count: usize) -> Result<Vec<Connection>, Failure> {
    let mut connections = Vec::with_capacity(count);
    for _ in 0..count {
        connections.push(Connection::open(address).await?);
    }
    Ok(connections)
}

/// Runs one window, in which each connection has a load of its own; the connections come back.
///
/// # Errors
/// When anything but a success is answered.
pub async fn window<C: Line, L: Load>(connections: Vec<C>, load: impl Fn() -> L) -> Result<(Vec<C>, Sample), Failure> {
    window_of(WINDOW, connections, load).await
}

/// As [`window`], of another length.
///
/// # Errors
/// When anything but a success is answered.
pub async fn window_of<C: Line, L: Load>(length: Duration, connections: Vec<C>, load: impl Fn() -> L) -> Result<(Vec<C>, Sample), Failure> {
    let begun = measure::begin()?;
    let until = Instant::now() + length;
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

/// Runs one window, in which all of them call; they come back.
///
/// # Errors
/// Theirs.
pub async fn calls(length: Duration, callers: Callers) -> Result<(Callers, Sample), Failure> {
    let begun = measure::begin()?;
    let until = Instant::now() + length;
    let mut calling = JoinSet::new();
    for mut caller in callers {
        calling.spawn(async move {
            let mut latencies = Vec::new();
            while latencies.is_empty() || latencies.len() < MOST_EACH && Instant::now() < until {
                let asked = Instant::now();
                caller.call().await?;
                latencies.push(nanos(asked));
            }
            Ok::<_, Failure>((caller, latencies))
        });
    }
    let (mut back, mut latencies) = (Vec::new(), Vec::new());
    while let Some(called) = calling.join_next().await {
        let (caller, seen) = called??;
        back.push(caller);
        latencies.extend(seen);
    }
    Ok((back, Sample::end(begun, latencies)?))
}

async fn ask_until<C: Line, L: Load>(mut connection: C, mut load: L, mut chance: Chance, until: Instant) -> Result<(C, Vec<u32>), Failure> {
    let mut latencies = Vec::with_capacity(4096);
    // At least once, since an empty window would measure nothing.
    while latencies.is_empty() || latencies.len() < MOST_EACH && Instant::now() < until {
        let request = load.next(&mut chance);
        let begun = Instant::now();
        connection.served(request).await?;
        latencies.push(nanos(begun));
    }
    Ok((connection, latencies))
}

/// How many bytes the body of an answer has, so that the route that does nothing can answer as much.
///
/// # Errors
/// When it is no success.
pub async fn length_of_answer(connection: &mut Connection, request: &[u8]) -> Result<usize, Failure> {
    let answer = connection.ask(request).await?;
    if answer.status == 200 { Ok(answer.body.len()) } else { Err(refused(answer.status, answer.body)) }
}

fn refused(status: u16, body: &[u8]) -> Failure {
    format!("the server answered {status}: {}", String::from_utf8_lossy(body)).into()
}

/// Enough chance to spread requests (xorshift, seeded by the clock and the connection).
pub struct Chance(u64);

impl Chance {
    /// Another series for each connection and each moment.
    pub fn seeded(number: usize) -> Self {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Self((now.as_nanos() as u64 ^ (number as u64) << 48) | 1)
    }

    /// A number below `bound`, or 0.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}
