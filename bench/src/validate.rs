//! `session/validate` over HTTP, on many sessions and on few, against a route of the same server that does nothing.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cloakroom_engine::ids::render_guid;
use cloakroom_engine::secret::SessionSecret;
use cloakroom_server::config::Log;
use tokio::task::JoinSet;

use crate::http_client::{Connection, post};
use crate::in_process::{InProcess, runtime};
use crate::measure::{self, Contender, Sample, nanos};
use crate::people::{Home, origin};
use crate::{Failure, Wanted};

pub(crate) const CONNECTIONS: usize = 64;
/// Callers that seed; the writer takes as many at most into one transaction.
pub(crate) const SEEDERS: usize = 512;
/// One window; short, so that what else the machine does falls on all contenders alike.
pub(crate) const WINDOW: Duration = Duration::from_secs(1);
/// Sessions of the hot set.
const HOT: usize = 10_000;
/// A window ends after so many requests on one connection, whatever the time.
pub(crate) const MOST_EACH: usize = 100_000;
/// Validations without HTTP.
const ALONE: usize = 100_000;

pub(crate) type Secrets = Arc<Vec<[u8; 16]>>;

/// What a window asks for.
#[derive(Clone, Copy)]
struct Load {
    path: &'static str,
    /// How many of the sessions are asked for, from the first on.
    sessions: usize,
}

pub(crate) fn run(wanted: &Wanted, scratch: &Path) -> Result<bool, Failure> {
    let count = wanted.sessions(1_000_000);
    let client = runtime("client", 1)?;
    let seeding = runtime("seed", 2)?;
    let users = wanted.users.unwrap_or((count / 200).max(1));
    let begun = Instant::now();
    let home = Arc::new(seeding.block_on(Home::settle(&scratch.join("cloakroom.db"), users))?);
    let secrets = seeding.block_on(seed(&home, count))?;
    println!("{} sessions of {users} users opened in {:.0} s", secrets.len(), begun.elapsed().as_secs_f64());
    drop(seeding);

    if wanted.access_log {
        cloakroom_server::logging::start(&Log::default())?;
    }
    let probe = InProcess::start(&home, 0)?;
    let answer = client.block_on(length_of_answer(&probe, &secrets))?;
    drop(probe);
    let server = InProcess::start(&home, answer)?;
    println!("{CONNECTIONS} connections, answers of {answer} bytes; server, client and store share the same cores");

    let hot = HOT.min(count);
    let loads = [
        Load { path: "/noop", sessions: count },
        Load { path: "/usm/session/validate", sessions: count },
        Load { path: "/usm/session/validate", sessions: hot },
    ];
    let mut contenders = [Contender::new("no-op"), Contender::new("validate, all"), Contender::new("validate, hot set")];
    client.block_on(async {
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS {
            connections.push(Connection::open(server.address).await?);
        }
        for load in &loads {
            connections = window(connections, *load, &secrets).await?.0;
        }
        for _ in 0..wanted.seconds(10).as_secs() {
            for (load, contender) in loads.iter().zip(&mut contenders) {
                let (back, sample) = window(connections, *load, &secrets).await?;
                connections = back;
                contender.add(sample);
            }
        }
        Ok::<_, Failure>(())
    })?;
    measure::print_table(&mut contenders);
    let [noop, all, hot_set] = &contenders;
    println!("rate to no-op, median of the windows (least to most): all {}, hot set {}", all.ratio_to(noop), hot_set.ratio_to(noop));
    for (name, sessions) in [("all", count), ("hot set", hot)] {
        println!("the engine alone, one caller, {name}: {:.1} us a validation", engine_alone(&server, &home, &secrets, sessions)?);
    }
    println!("touches that still wait: {}; store: {:?}", home.engine.pending_touches(), home.database.stats());
    drop(server);
    home.database.shutdown();
    Ok(true)
}

/// Opens the sessions, durably, by many callers at once.
pub(crate) async fn seed(home: &Arc<Home>, count: usize) -> Result<Secrets, Failure> {
    let mut callers = JoinSet::new();
    for caller in 0..SEEDERS.min(count) {
        let home = home.clone();
        callers.spawn(async move {
            let mut secrets = Vec::with_capacity(count / SEEDERS + 1);
            for user in (caller..count).step_by(SEEDERS) {
                secrets.push(home.open_session(user).await?);
            }
            Ok::<_, Failure>(secrets)
        });
    }
    let mut secrets = Vec::with_capacity(count);
    while let Some(opened) = callers.join_next().await {
        secrets.extend(opened??);
    }
    Ok(Arc::new(secrets))
}

/// Of a validation, so that the route that does nothing can answer as much.
async fn length_of_answer(server: &InProcess, secrets: &Secrets) -> Result<usize, Failure> {
    let secret = secrets.first().ok_or("there is no session")?;
    let request = post("/usm/session/validate", &body(secret));
    let mut connection = Connection::open(server.address).await?;
    connection.ask(&request).await?;
    let answer = connection.ask(&request).await?;
    if answer.status == 200 { Ok(answer.body.len()) } else { Err(refused(answer.status, answer.body)) }
}

fn body(secret: &[u8; 16]) -> String {
    format!("{{\"session_guid\":\"{}\"}}", render_guid(secret))
}

pub(crate) fn refused(status: u16, body: &[u8]) -> Failure {
    format!("the server answered {status}: {}", String::from_utf8_lossy(body)).into()
}

/// All connections ask, each for one session after the other, until the window is over.
async fn window(connections: Vec<Connection>, load: Load, secrets: &Secrets) -> Result<(Vec<Connection>, Sample), Failure> {
    let begun = measure::begin()?;
    let until = Instant::now() + WINDOW;
    let mut asking = JoinSet::new();
    for (number, connection) in connections.into_iter().enumerate() {
        let secrets = secrets.clone();
        asking.spawn(tokio::time::timeout(WINDOW * 30, ask_until(connection, number, load, secrets, until)));
    }
    let (mut back, mut latencies) = (Vec::new(), Vec::new());
    while let Some(asked) = asking.join_next().await {
        let (connection, seen) = asked???;
        back.push(connection);
        latencies.extend(seen);
    }
    Ok((back, Sample::end(begun, latencies)?))
}

async fn ask_until(
    mut connection: Connection,
    number: usize,
    load: Load,
    secrets: Secrets,
    until: Instant,
) -> Result<(Connection, Vec<u32>), Failure> {
    let mut latencies = Vec::with_capacity(4096);
    let mut chance = Chance::seeded(number);
    let mut request = post(load.path, &body(&[0; 16]));
    let guid = request.len() - 38..request.len() - 2;
    while latencies.len() < MOST_EACH {
        let begun = Instant::now();
        if begun >= until {
            break;
        }
        let secret = &secrets[chance.below(load.sessions)];
        request[guid.clone()].copy_from_slice(render_guid(secret).as_bytes());
        let answer = connection.ask(&request).await?;
        if answer.status != 200 {
            return Err(refused(answer.status, answer.body));
        }
        latencies.push(nanos(begun));
    }
    Ok((connection, latencies))
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

/// Microseconds that one caller waits for a validation when there is no HTTP.
fn engine_alone(server: &InProcess, home: &Arc<Home>, secrets: &Secrets, sessions: usize) -> Result<f64, Failure> {
    let (home, secrets) = (home.clone(), secrets.clone());
    server.run(async move {
        let (mut chance, origin) = (Chance::seeded(0), origin());
        let begun = Instant::now();
        for _ in 0..ALONE {
            let secret = SessionSecret::from_bytes(secrets[chance.below(sessions)]);
            if home.engine.validate_session(&secret, &origin).await?.is_err() {
                return Err(Failure::from("a session that was opened does not validate"));
            }
        }
        Ok(begun.elapsed().as_secs_f64() * 1e6 / ALONE as f64)
    })?
}
