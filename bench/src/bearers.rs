//! Requests with access tokens over HTTP: introspection and a user's own sessions, against a route that does nothing.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::http_client::{Connection, post};
use crate::in_process::{InProcess, runtime};
use crate::measure::{self, Contender, Sample, nanos};
use crate::people::{CLIENT, Home};
use crate::validate::Chance;
use crate::{Failure, Wanted};

const CONNECTIONS: usize = 64;
const WINDOW: Duration = Duration::from_secs(1);
/// A window ends after so many requests on one connection, whatever the time.
const MOST_EACH: usize = 100_000;

type Requests = Arc<Vec<Vec<u8>>>;

pub(crate) fn run(wanted: &Wanted, scratch: &Path) -> Result<bool, Failure> {
    let count = wanted.sessions(20_000);
    let client = runtime("client", 1)?;
    let seeding = runtime("seed", 2)?;
    let users = wanted.users.unwrap_or((count / 4).max(1));
    let home = Arc::new(seeding.block_on(Home::settle(&scratch.join("cloakroom.db"), users))?);
    let tokens = seeding.block_on(log_in_all(&home, count))?;
    drop(seeding);
    println!("{} logins of {users} users; {CONNECTIONS} connections; server, client and store share the same cores", tokens.len());

    let introspect: Requests = Arc::new(tokens.iter().map(|token| introspection(token)).collect());
    let own: Requests = Arc::new(tokens.iter().map(|token| own_sessions(token)).collect());
    let probe = InProcess::start(&home, 0)?;
    let lengths = client.block_on(async {
        let mut connection = Connection::open(probe.address).await?;
        let mut lengths = [0, 0];
        for (length, request) in lengths.iter_mut().zip([&introspect[0], &own[0]]) {
            let answer = connection.ask(request).await?;
            if answer.status != 200 {
                return Err(Failure::from(format!("{}: {}", answer.status, String::from_utf8_lossy(answer.body))));
            }
            *length = answer.body.len();
        }
        Ok(lengths)
    })?;
    drop(probe);
    println!("answers of {} (introspection) and {} bytes (own sessions); the no-op answers as the first", lengths[0], lengths[1]);
    let server = InProcess::start(&home, lengths[0])?;
    let idle: Requests = Arc::new(vec![post("/noop", &"x".repeat(tokens.first().map_or(0, String::len)))]);
    let loads = [idle, introspect, own];
    let mut contenders = [Contender::new("no-op"), Contender::new("introspect"), Contender::new("me/sessions")];
    client.block_on(async {
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS {
            connections.push(Connection::open(server.address).await?);
        }
        for warming in [true, false] {
            for _ in 0..if warming { 1 } else { wanted.seconds(10).as_secs() } {
                for (load, contender) in loads.iter().zip(&mut contenders) {
                    let (back, sample) = window(connections, load).await?;
                    connections = back;
                    if !warming {
                        contender.add(sample);
                    }
                }
            }
        }
        Ok::<_, Failure>(())
    })?;
    measure::print_table(&mut contenders);
    let [noop, introspect, own] = &contenders;
    println!(
        "rate to no-op, median of the windows (least to most): introspect {}, me/sessions {}",
        introspect.ratio_to(noop),
        own.ratio_to(noop)
    );
    drop(server);
    home.database.shutdown();
    Ok(true)
}

async fn log_in_all(home: &Arc<Home>, count: usize) -> Result<Vec<String>, Failure> {
    let mut callers = JoinSet::new();
    for caller in 0..CONNECTIONS.min(count) {
        let home = home.clone();
        callers.spawn(async move {
            let mut tokens = Vec::new();
            for user in (caller..count).step_by(CONNECTIONS) {
                tokens.push(home.log_in(user).await?.access.text.to_string());
            }
            Ok::<_, Failure>(tokens)
        });
    }
    let mut tokens = Vec::with_capacity(count);
    while let Some(seen) = callers.join_next().await {
        tokens.extend(seen??);
    }
    Ok(tokens)
}

/// The client shows its secret in the form (RFC 6749 section 2.3.1).
fn introspection(token: &str) -> Vec<u8> {
    let body = format!("client_id={}&client_secret={}&token={token}", CLIENT.0, CLIENT.1);
    let length = body.len();
    let kind = "application/x-www-form-urlencoded";
    format!("POST /oauth/introspect HTTP/1.1\r\nhost: localhost\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n{body}")
        .into_bytes()
}

fn own_sessions(token: &str) -> Vec<u8> {
    format!("GET /api/v1/me/sessions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\r\n").into_bytes()
}

/// All connections ask, each one request after the other, until the window is over.
async fn window(connections: Vec<Connection>, load: &Requests) -> Result<(Vec<Connection>, Sample), Failure> {
    let begun = measure::begin()?;
    let until = Instant::now() + WINDOW;
    let mut asking = JoinSet::new();
    for (number, mut connection) in connections.into_iter().enumerate() {
        let load = load.clone();
        let asked = async move {
            let (mut latencies, mut chance) = (Vec::with_capacity(4096), Chance::seeded(number));
            while latencies.len() < MOST_EACH && Instant::now() < until {
                let begun = Instant::now();
                let answer = connection.ask(&load[chance.below(load.len())]).await?;
                if answer.status != 200 {
                    return Err(Failure::from(format!("{}: {}", answer.status, String::from_utf8_lossy(answer.body))));
                }
                latencies.push(nanos(begun));
            }
            Ok((connection, latencies))
        };
        asking.spawn(tokio::time::timeout(WINDOW * 30, asked));
    }
    let (mut back, mut latencies) = (Vec::new(), Vec::new());
    while let Some(asked) = asking.join_next().await {
        let (connection, seen) = asked???;
        back.push(connection);
        latencies.extend(seen);
    }
    Ok((back, Sample::end(begun, latencies)?))
}
