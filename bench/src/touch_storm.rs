//! One session validated without end: how many rows does that write?

use std::path::Path;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::child::Server;
use crate::http_client::{Connection, post};
use crate::in_process::runtime;
use crate::{Failure, Wanted};

const DIRECTORY: &str = "
users:
  - {username: alice, email: alice@example.com, password: Correct-horse-7, status: verified}
";
const CONNECTIONS: usize = 16;
const ROWS: &str = "cloakroom_task_rows_total{task=\"save_touches\"}";

pub(crate) fn run(wanted: &Wanted, scratch: &Path) -> Result<bool, Failure> {
    let server = Server::start(scratch, "", Some(DIRECTORY))?;
    let runtime = runtime("client", 1)?;
    let mut kept = true;
    // The lag is a 360th of the time to live, and a second at least.
    for (ttl, lag) in [(3600, 10.0), (360, 1.0)] {
        let (validations, rows, seconds) = runtime.block_on(storm(&server, ttl, wanted.seconds(20)))?;
        let a_lag = rows / (seconds / lag);
        println!("ttl {ttl} s, lag {lag} s: {validations} validations in {seconds:.0} s wrote {rows} rows, {a_lag:.2} in a lag");
        // One for each lag, and one that was pending at an edge.
        kept &= rows <= seconds / lag + 1.0;
    }
    Ok(kept)
}

async fn storm(server: &Server, ttl: u32, most: Duration) -> Result<(usize, f64, f64), Failure> {
    let mut connection = Connection::open(server.address).await?;
    let body = format!(r#"{{"email":"alice@example.com","passcode":"Correct-horse-7","ttl_seconds":{ttl}}}"#);
    let answer = connection.ask(&post("/usm/session/create", &body)).await?;
    let text = std::str::from_utf8(answer.body)?;
    let guid = text.split("\"session_guid\":\"").nth(1).and_then(|rest| rest.get(..36)).ok_or_else(|| format!("no session: {text}"))?;
    let request = post("/usm/session/validate", &format!(r#"{{"session_guid":"{guid}"}}"#));
    let before = server.metric(ROWS).await?;
    let begun = Instant::now();
    let mut clients = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (address, request) = (server.address, request.clone());
        clients.spawn(async move {
            let (mut connection, mut asked) = (Connection::open(address).await?, 0);
            while begun.elapsed() < most {
                if connection.ask(&request).await?.status != 200 {
                    return Err(Failure::from("the session does not validate"));
                }
                asked += 1;
            }
            Ok(asked)
        });
    }
    let mut validations = 0;
    while let Some(asked) = clients.join_next().await {
        validations += asked??;
    }
    Ok((validations, server.metric(ROWS).await? - before, begun.elapsed().as_secs_f64()))
}
