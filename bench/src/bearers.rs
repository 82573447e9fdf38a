//! Requests with access tokens over HTTP: introspection and a user's own sessions, against a route that does nothing.

use std::path::Path;
use std::sync::Arc;

use cloakroom_server::bench::{introspection, own_sessions};
use tokio::task::JoinSet;

use crate::http_client::{Connection, post};
use crate::in_process::{InProcess, runtime};
use crate::measure::Contender;
use crate::people::Home;
use crate::window::{self, CONNECTIONS, window};
use crate::{Failure, Wanted};

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
            *length = window::length_of_answer(&mut connection, request).await?;
        }
        Ok::<_, Failure>(lengths)
    })?;
    drop(probe);
    println!("answers of {} (introspection) and {} bytes (own sessions); the no-op answers as the first", lengths[0], lengths[1]);
    let server = InProcess::start(&home, lengths[0])?;
    let idle: Requests = Arc::new(vec![post("/noop", &"x".repeat(tokens.first().map_or(0, String::len)))]);
    let loads = [idle, introspect, own];
    let mut contenders = [Contender::new("no-op"), Contender::new("introspect"), Contender::new("me/sessions")];
    client.block_on(async {
        let mut connections = window::connect(server.address).await?;
        for warming in [true, false] {
            for _ in 0..if warming { 1 } else { wanted.seconds(10).as_secs() } {
                for (load, contender) in loads.iter().zip(&mut contenders) {
                    let (back, sample) = window(connections, || load.clone()).await?;
                    connections = back;
                    if !warming {
                        contender.add(sample);
                    }
                }
            }
        }
        Ok::<_, Failure>(())
    })?;
    crate::print_table(&mut contenders);
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
