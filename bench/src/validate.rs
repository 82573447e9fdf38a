//! `session/validate` over HTTP, on many sessions and on few, against a route of the same server that does nothing, against hyper with
//! nothing around it, and against Redis.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cloakroom_engine::clock::Clock as _;
use cloakroom_engine::ids::render_guid;
use cloakroom_engine::secret::SessionSecret;
use cloakroom_engine::sessions::Birth;
use cloakroom_engine::sessions::store::{SessionLookup, SessionStore as _};
use cloakroom_server::boot::ambient::MachineClock;
use cloakroom_server::config::Log;
use cloakroom_server::logging::Gathering;
use tokio::task::JoinSet;

use crate::bare::hyper::RawHyper;
use crate::bare::redis::{self, Redis};
use crate::child::Memory;
use crate::http_client::{Connection, post};
use crate::in_process::{InProcess, runtime};
use crate::measure::{Contender, Ratios};
use crate::people::{Home, USER_AGENT, origin};
use crate::turns::Turns;
use crate::window::{self, CONNECTIONS, Chance, Load};
use crate::{Failure, Outcome, Wanted};

/// Callers that seed; the writer takes as many at most into one transaction.
pub(crate) const SEEDERS: usize = 512;
/// Sessions of the hot set.
const HOT: usize = 10_000;
const VALIDATE: &str = "/usm/session/validate";
/// Validations without HTTP.
const ALONE: usize = 100_000;

pub(crate) type Secrets = Arc<Vec<[u8; 16]>>;

/// What a window asks for.
#[derive(Clone, Copy)]
struct Asked {
    path: &'static str,
    /// How many of the sessions are asked for, from the first on.
    sessions: usize,
}

pub(crate) fn run(wanted: &Wanted, scratch: &Path) -> Result<Outcome, Failure> {
    let count = wanted.sessions(1_000_000);
    let client = runtime("client", 1)?;
    let seeding = runtime("seed", 2)?;
    let users = wanted.users.unwrap_or((count / 200).max(1));
    let begun = Instant::now();
    let home = Arc::new(seeding.block_on(Home::settle(&scratch.join("cloakroom.db"), users))?);
    let secrets = seeding.block_on(seed(&home, count, Birth::Usm))?;
    let cookies = seeding.block_on(seed(&home, HOT.min(count / 8).max(1), Birth::Browser))?;
    println!("{} sessions of {users} users opened in {:.0} s", secrets.len(), begun.elapsed().as_secs_f64());
    drop(seeding);

    let log = wanted.access_log.then(|| Gathering::start(&Log::default())).transpose()?;
    let probe = InProcess::start(&home, 0)?;
    let answer = client.block_on(length_of_answer(&probe, &secrets))?;
    drop(probe);
    let server = InProcess::start_logging(&home, answer, log.as_ref())?;
    fill(&server, &home, &secrets)?;
    println!("{CONNECTIONS} connections, answers of {answer} bytes; server, client and store share the same cores");

    let raw = RawHyper::start(answer)?;
    let redis = redis::installed().map(|binary| Redis::start(&binary, scratch, answer)).transpose()?;
    if redis.is_none() {
        println!("redis-server is not installed: no ratio to Redis");
    }

    let hot = HOT.min(count);
    let asked = |path, sessions| {
        let (load, secrets) = (Asked { path, sessions }, secrets.clone());
        move || Asking::new(load, &secrets)
    };
    let mut contenders = client.block_on(async {
        let mut turns = Turns::default();
        turns.add("no-op", server.address, asked("/noop", count)).await?;
        turns.add("raw hyper", raw.address, asked(VALIDATE, count)).await?;
        turns.add("validate, all", server.address, asked(VALIDATE, count)).await?;
        turns.add("validate, hot set", server.address, asked(VALIDATE, hot)).await?;
        let questions: Arc<Vec<_>> = Arc::new(cookies.iter().map(question).collect());
        turns.add("/auth/verify, hot set", server.address, move || questions.clone()).await?;
        if let Some(redis) = &redis {
            turns.add_redis(redis).await?;
        }
        turns.run(wanted.seconds(10)).await
    })?;
    crate::print_table(&mut contenders);
    let ratios = ratios(&contenders)?;
    for (name, sessions) in [("all", count), ("hot set", hot)] {
        println!("the engine alone, one caller, {name}: {:.1} us a validation", engine_alone(&server, &home, &secrets, sessions)?);
    }
    println!("touches that still wait: {}; store: {:?}", home.engine.pending_touches(), home.database.stats());
    drop(server);
    home.database.shutdown();
    Ok(ratios.into())
}

/// Tells how the contenders stand to each other.
fn ratios(contenders: &[Contender]) -> Result<Ratios, Failure> {
    let [noop, raw, all, hot_set, verify, redis @ ..] = contenders else { return Err("a contender is missing".into()) };
    println!("rate to no-op, median of the windows (least to most): all {}, hot set {}", all.ratio_to(noop), hot_set.ratio_to(noop));
    println!("to raw hyper: all {}, hot set {}, no-op {}", all.ratio_to(raw), hot_set.ratio_to(raw), noop.ratio_to(raw));
    for (name, validate) in [("all", all), ("hot set", hot_set)] {
        let [server, store, _] = validate.all.cpu_each();
        println!("server CPU of a validation, {name}: {:.1} us ({store:.1} of them the store's threads)", server + store);
    }
    let mut ratios = Ratios::default();
    ratios.compare("validate/raw", all, raw);
    ratios.compare("validate/noop", all, noop);
    ratios.compare("noop/raw", noop, raw);
    println!("to validate of a hot set: /auth/verify by cookie {}", verify.ratio_to(hot_set));
    ratios.compare("verify/validate", verify, hot_set);
    if let Some(redis) = redis.first() {
        println!("to Redis: all {}, hot set {}", all.ratio_to(redis), hot_set.ratio_to(redis));
        ratios.compare("validate/redis", all, redis);
    }
    Ok(ratios)
}

/// The no-op and validations of all sessions, which take turns for `time` each.
pub(crate) fn beside_noop(home: &Arc<Home>, secrets: &Secrets, time: Duration) -> Result<[Contender; 2], Failure> {
    let client = runtime("client", 1)?;
    let probe = InProcess::start(home, 0)?;
    let answer = client.block_on(length_of_answer(&probe, secrets))?;
    drop(probe);
    let server = InProcess::start(home, answer)?;
    fill(&server, home, secrets)?;
    let asked = |path| {
        let (load, secrets) = (Asked { path, sessions: secrets.len() }, secrets.clone());
        move || Asking::new(load, &secrets)
    };
    let contenders = client.block_on(async {
        let mut turns = Turns::default();
        turns.add("no-op", server.address, asked("/noop")).await?;
        turns.add("validate", server.address, asked(VALIDATE)).await?;
        turns.run(time).await
    })?;
    <[Contender; 2]>::try_from(contenders).map_err(|_| "a contender is missing".into())
}

/// Asks the store for each session once, so that whatever fits into memory is there, and tells what it takes.
fn fill(server: &InProcess, home: &Arc<Home>, secrets: &Secrets) -> Result<(), Failure> {
    let (before, begun) = (Memory::of("self")?.anonymous, Instant::now());
    let (database, asked) = (home.database.clone(), secrets.clone());
    server.run(async move {
        for secret in &*asked {
            let lookup = SessionLookup::Secret(SessionSecret::from_bytes(*secret).hash());
            database.live_session(lookup, MachineClock.now()).await?.ok_or("a session that was opened is not there")?;
        }
        Ok::<_, Failure>(())
    })??;
    let took = begun.elapsed().as_secs_f64() * 1e6 / secrets.len() as f64;
    let (facts, grown) = (home.database.live_stats(), Memory::of("self")?.anonymous.saturating_sub(before));
    println!(
        "asked for the first time, one after the other: {took:.1} us a session; {} are in memory, {} bytes each by its count, {} by the process",
        facts.entries,
        facts.bytes / facts.entries.max(1),
        grown * 1024 / facts.entries.max(1),
    );
    Ok(())
}

/// What a proxy asks of a browser's cookie, which is called so on loopback without TLS.
fn question(secret: &[u8; 16]) -> Vec<u8> {
    let cookie = SessionSecret::from_bytes(*secret).cookie_value();
    let headers = format!("host: localhost\r\nuser-agent: {USER_AGENT}\r\ncookie: cloakroom={}", &*cookie);
    format!("GET /auth/verify HTTP/1.1\r\n{headers}\r\n\r\n").into_bytes()
}

/// Opens the sessions, durably, by many callers at once.
pub(crate) async fn seed(home: &Arc<Home>, count: usize, birth: Birth) -> Result<Secrets, Failure> {
    let mut callers = JoinSet::new();
    for caller in 0..SEEDERS.min(count) {
        let home = home.clone();
        callers.spawn(async move {
            let mut secrets = Vec::with_capacity(count / SEEDERS + 1);
            for user in (caller..count).step_by(SEEDERS) {
                secrets.push(home.open_session_born(birth, user).await?);
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

/// Of a second validation of one session: the first shows no earlier one.
async fn length_of_answer(server: &InProcess, secrets: &Secrets) -> Result<usize, Failure> {
    let secret = secrets.first().ok_or("there is no session")?;
    let request = post(VALIDATE, &body(secret));
    let mut connection = Connection::open(server.address).await?;
    window::length_of_answer(&mut connection, &request).await?;
    window::length_of_answer(&mut connection, &request).await
}

fn body(secret: &[u8; 16]) -> String {
    format!("{{\"session_guid\":\"{}\"}}", render_guid(secret))
}

/// A connection that asks for one session after the other.
struct Asking {
    request: Vec<u8>,
    guid: std::ops::Range<usize>,
    sessions: usize,
    secrets: Secrets,
}

impl Asking {
    fn new(load: Asked, secrets: &Secrets) -> Self {
        let request = post(load.path, &body(&[0; 16]));
        let guid = request.len() - 38..request.len() - 2;
        Self { request, guid, sessions: load.sessions, secrets: secrets.clone() }
    }
}

impl Load for Asking {
    fn next(&mut self, chance: &mut Chance) -> &[u8] {
        let secret = &self.secrets[chance.below(self.sessions)];
        self.request[self.guid.clone()].copy_from_slice(render_guid(secret).as_bytes());
        &self.request
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
