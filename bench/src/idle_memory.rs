//! What a server needs that has nothing to do: freshly started, and when a burst of sign-ins is over.

use std::path::Path;
use std::sync::Arc;

use tokio::task::JoinSet;

use crate::child::{Memory, Server};
use crate::http_client::{Connection, post};
use crate::in_process::runtime;
use crate::{Failure, Wanted};

/// Sign-ins at the same time.
const AT_ONCE: usize = 32;
/// kB that must not be reached.
const BOUND: u64 = 30_000;

pub(crate) fn run(wanted: &Wanted, scratch: &Path) -> Result<bool, Failure> {
    let server = Server::start(scratch, "", None)?;
    server.rest()?;
    let fresh = server.memory()?;
    print("freshly started", fresh);
    let count = wanted.sessions(400);
    let passcode = std::fs::read_to_string(scratch.join("data/admin-password"))?;
    let request = post("/usm/session/create", &format!(r#"{{"email":"admin@localhost","passcode":"{}"}}"#, passcode.trim_end()));
    runtime("client", 1)?.block_on(burst(&server, Arc::new(request), count))?;
    print("at the end of the burst", server.memory()?);
    server.rest()?;
    let after = server.memory()?;
    print("at rest after it", after);
    println!("{count} sign-ins, {AT_ONCE} at once; at rest it must stay below {BOUND} kB");
    Ok(fresh.resident < BOUND && after.resident < BOUND)
}

fn print(when: &str, Memory { resident, anonymous, peak }: Memory) {
    println!("{when:<26}{resident:>8} kB resident, of which {anonymous} kB anonymous; {peak} kB at the most");
}

async fn burst(server: &Server, request: Arc<Vec<u8>>, count: usize) -> Result<(), Failure> {
    let mut clients = JoinSet::new();
    for client in 0..AT_ONCE {
        let (address, request) = (server.address, request.clone());
        clients.spawn(async move {
            let mut connection = Connection::open(address).await?;
            for _ in (client..count).step_by(AT_ONCE) {
                let answer = connection.ask(&request).await?;
                if answer.status != 200 {
                    return Err(Failure::from(format!("a sign-in was answered {}", answer.status)));
                }
            }
            Ok(())
        });
    }
    while let Some(done) = clients.join_next().await {
        done??;
    }
    Ok(())
}
