//! Requests with access tokens over HTTP: introspection and a user's own sessions, against a route that does nothing and against hyper
//! with nothing around it.

use std::path::Path;
use std::sync::Arc;

use cloakroom_server::bench::{introspection, own_sessions};
use tokio::task::JoinSet;

use crate::bare::hyper::RawHyper;
use crate::http_client::{Connection, post};
use crate::in_process::{InProcess, runtime};
use crate::measure::{Contender, Ratios};
use crate::people::Home;
use crate::turns::{Turns, each};
use crate::window::{self, CONNECTIONS};
use crate::{Failure, Outcome, Wanted};

type Requests = Arc<Vec<Vec<u8>>>;

/// As many live tokens are few.
const FEW: usize = 20_000;

pub(crate) fn run(wanted: &Wanted, scratch: &Path) -> Result<Outcome, Failure> {
    let count = wanted.tokens.unwrap_or_else(|| wanted.sessions(FEW));
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
    let (raw, raw_own) = (RawHyper::start(lengths[0])?, RawHyper::start(lengths[1])?);
    let idle: Requests = Arc::new(vec![post("/noop", &"x".repeat(tokens.first().map_or(0, String::len)))]);
    let few: Option<Requests> = (count > FEW).then(|| Arc::new(introspect[..FEW].to_vec()));
    let asked = |requests: &Requests| {
        let requests = requests.clone();
        move || requests.clone()
    };
    let mut contenders = client.block_on(async {
        // What is measured finds in memory what fits there.
        let asked_once = introspect.clone();
        each(server.address, CONNECTIONS, asked_once.len(), move |number| asked_once[number].clone()).await?;
        let mut turns = Turns::default();
        turns.add("no-op", server.address, asked(&idle)).await?;
        turns.add("raw hyper, introspect", raw.address, asked(&introspect)).await?;
        turns.add("introspect", server.address, asked(&introspect)).await?;
        turns.add("raw hyper, me/sessions", raw_own.address, asked(&own)).await?;
        turns.add("me/sessions", server.address, asked(&own)).await?;
        if let Some(few) = &few {
            turns.add("introspect, few", server.address, asked(few)).await?;
        }
        turns.run(wanted.seconds(10)).await
    })?;
    crate::print_table(&mut contenders);
    println!("memory of verified tokens: {} bytes", home.engine.verified_tokens_bytes());
    let ratios = ratios(&contenders)?;
    drop(server);
    home.database.shutdown();
    Ok(ratios.into())
}

/// Tells how the contenders stand to each other.
fn ratios(contenders: &[Contender]) -> Result<Ratios, Failure> {
    let [noop, raw, introspect, raw_own, own, few @ ..] = contenders else { return Err("a contender is missing".into()) };
    println!(
        "rate to no-op, median of the windows (least to most): introspect {}, me/sessions {}",
        introspect.ratio_to(noop),
        own.ratio_to(noop)
    );
    println!("to raw hyper: introspect {}, me/sessions {}", introspect.ratio_to(raw), own.ratio_to(raw_own));
    let mut ratios = Ratios::default();
    ratios.compare("introspect/raw", introspect, raw);
    ratios.compare("me/raw", own, raw_own);
    ratios.compare("introspect/noop", introspect, noop);
    ratios.compare("noop/raw", noop, raw);
    if let Some(few) = few.first() {
        println!("of the first {FEW} tokens: introspect {} to raw hyper", few.ratio_to(raw));
        ratios.compare("introspect_few/raw", few, raw);
    }
    Ok(ratios)
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
