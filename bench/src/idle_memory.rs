//! What a server needs that has nothing to do: freshly started, and when a burst of sign-ins is over.

use std::path::Path;

use crate::child::{Memory, Server};
use crate::http_client::post;
use crate::in_process::runtime;
use crate::turns::each;
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
    runtime("client", 1)?.block_on(each(server.address, AT_ONCE, count, move |_| request.clone()))?;
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
