//! `api_key/validate` over HTTP, on many keys, against a route of the same server that does nothing and against hyper with nothing around it.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use cloakroom_engine::machine::api_keys::create::ApiKeyWish;
use cloakroom_engine::machine::api_keys::text::ShownApiKey;
use cloakroom_engine::machine::service_accounts::create::ServiceAccountWish;
use tokio::task::JoinSet;

use crate::bare::hyper::RawHyper;
use crate::http_client::{Connection, post};
use crate::in_process::{InProcess, runtime};
use crate::measure::Ratios;
use crate::people::{Home, origin};
use crate::turns::{Turns, each};
use crate::validate::SEEDERS;
use crate::window::{self, CONNECTIONS, Chance, Load};
use crate::{Failure, Outcome, Wanted};

/// Service accounts that the keys belong to.
const ACCOUNTS: usize = 100;
const PATH: &str = "/usm/api_key/validate";
const BODY: &str = r#"{"orgcode":"ACME"}"#;
/// Validations without HTTP.
const ALONE: usize = 100_000;

type Keys = Arc<Vec<ShownApiKey>>;

pub(crate) fn run(wanted: &Wanted, scratch: &Path) -> Result<Outcome, Failure> {
    let count = wanted.sessions(100_000);
    let (client, seeding) = (runtime("client", 1)?, runtime("seed", 2)?);
    let begun = Instant::now();
    let home = Arc::new(seeding.block_on(Home::settle(&scratch.join("cloakroom.db"), 1))?);
    let keys = seeding.block_on(seed(&home, count))?;
    println!("{} keys of {ACCOUNTS} service accounts made in {:.0} s", keys.len(), begun.elapsed().as_secs_f64());
    drop(seeding);
    let probe = InProcess::start(&home, 0)?;
    let first = keys.first().ok_or("there is no key")?;
    let answer = client.block_on(async {
        let mut connection = Connection::open(probe.address).await?;
        window::length_of_answer(&mut connection, &request(PATH, first).0).await
    })?;
    drop(probe);
    let server = InProcess::start(&home, answer)?;
    println!("{CONNECTIONS} connections, answers of {answer} bytes; server, client and store share the same cores");
    let raw = RawHyper::start(answer)?;
    let asked = |path| {
        let keys = keys.clone();
        move || Asking::new(path, &keys)
    };
    let mut contenders = client.block_on(async {
        // What is measured finds in memory what fits there.
        let shown = keys.clone();
        each(server.address, CONNECTIONS, keys.len(), move |number| request(PATH, &shown[number]).0).await?;
        let mut turns = Turns::default();
        turns.add("no-op", server.address, asked("/noop")).await?;
        turns.add("raw hyper", raw.address, asked(PATH)).await?;
        turns.add("api_key/validate", server.address, asked(PATH)).await?;
        turns.run(wanted.seconds(10)).await
    })?;
    crate::print_table(&mut contenders);
    let [noop, raw, validate] = &contenders[..] else { return Err("a contender is missing".into()) };
    println!("rate to no-op, median of the windows (least to most): {}; to raw hyper: {}", validate.ratio_to(noop), validate.ratio_to(raw));
    println!("the engine alone, one caller: {:.1} us a validation", engine_alone(&server, &home, &keys)?);
    let mut ratios = Ratios::default();
    ratios.compare("api_key/raw", validate, raw);
    ratios.compare("api_key/noop", validate, noop);
    ratios.compare("noop/raw", noop, raw);
    drop(server);
    home.database.shutdown();
    Ok(ratios.into())
}

/// Makes the keys, durably, by many callers at once.
async fn seed(home: &Arc<Home>, count: usize) -> Result<Keys, Failure> {
    let owner = home.owner().await?;
    let mut accounts = Vec::with_capacity(ACCOUNTS);
    for number in 0..ACCOUNTS {
        let wish = ServiceAccountWish { caption: format!("till {number}"), roles: vec!["pvv".to_owned(), "pma".to_owned()] };
        accounts.push(home.engine.create_service_account(&owner, wish, &origin()).await?.uid);
    }
    let mut callers = JoinSet::new();
    for caller in 0..SEEDERS.min(count) {
        let (home, owner, accounts) = (home.clone(), owner.clone(), accounts.clone());
        callers.spawn(async move {
            let mut keys = Vec::with_capacity(count / SEEDERS + 1);
            for number in (caller..count).step_by(SEEDERS) {
                let wish = ApiKeyWish { account: accounts[number % ACCOUNTS], caption: None, expires_at: None };
                let made = home.engine.create_api_key(&owner.clone().into(), wish, &origin()).await?;
                keys.push(made.map_err(|refused| format!("no key was made: {refused:?}"))?.shown);
            }
            Ok::<_, Failure>(keys)
        });
    }
    let mut keys = Vec::with_capacity(count);
    while let Some(made) = callers.join_next().await {
        keys.extend(made??);
    }
    Ok(Arc::new(keys))
}

/// A request that shows `key` in its header, and where the key stands in it.
fn request(path: &str, key: &ShownApiKey) -> (Vec<u8>, std::ops::Range<usize>) {
    let plain = post(path, BODY);
    let first_line = plain.windows(2).position(|two| two == b"\r\n").map_or(0, |at| at + 2);
    let text = key.expose();
    let mut request = plain[..first_line].to_vec();
    request.extend_from_slice(b"x-api-key: ");
    let at = request.len()..request.len() + text.len();
    request.extend_from_slice(text.as_bytes());
    request.extend_from_slice(b"\r\n");
    request.extend_from_slice(&plain[first_line..]);
    (request, at)
}

/// A connection that shows one key after the other.
struct Asking {
    request: Vec<u8>,
    at: std::ops::Range<usize>,
    keys: Keys,
}

impl Asking {
    fn new(path: &str, keys: &Keys) -> Self {
        let (request, at) = request(path, &keys[0]);
        Self { request, at, keys: keys.clone() }
    }
}

impl Load for Asking {
    fn next(&mut self, chance: &mut Chance) -> &[u8] {
        self.request[self.at.clone()].copy_from_slice(self.keys[chance.below(self.keys.len())].expose().as_bytes());
        &self.request
    }
}

/// Microseconds that one caller waits for a validation when there is no HTTP.
fn engine_alone(server: &InProcess, home: &Arc<Home>, keys: &Keys) -> Result<f64, Failure> {
    let (home, keys) = (home.clone(), keys.clone());
    server.run(async move {
        let (mut chance, begun) = (Chance::seeded(0), Instant::now());
        for _ in 0..ALONE {
            if home.engine.validate_api_key(&keys[chance.below(keys.len())], Some("ACME"), &Default::default()).await?.is_err() {
                return Err(Failure::from("a key that was made does not validate"));
            }
        }
        Ok(begun.elapsed().as_secs_f64() * 1e6 / ALONE as f64)
    })?
}
