//! The rows of `cloakroom bench`: those of the table in bench/README.md that need nothing but the product itself.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cloakroom_engine::ids::render_guid;
use cloakroom_engine::machine::api_keys::create::ApiKeyWish;
use cloakroom_engine::machine::service_accounts::create::ServiceAccountWish;
use cloakroom_engine::tokens::log_in::TokenPair;
use tokio::task::JoinSet;

use super::Failure;
use super::http_client::{Connection, post};
use super::in_process::{InProcess, runtime};
use super::measure::{Contender, Sample};
use super::people::{CLIENT, Home, TENANT, USER_AGENT, origin};
use super::window::{self, Caller, Callers, calls, connect_as_many, window_of};

/// What the rows are called, as in bench/README.md; the first is what the others are compared with.
pub const ROWS: [&str; 7] = ["no-op", "validate", "create, engine", "refresh", "introspection", "`me/sessions` by JWT", "API key"];

/// How much of everything.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// How long each row is measured.
    pub seconds: u64,
    /// How many call at once.
    pub callers: usize,
    /// How many sessions there are to be validated.
    pub sessions: usize,
}

/// Short, so that other load on the machine affects all rows alike.
const WINDOW: Duration = Duration::from_millis(250);
const WINDOWS_PER_SECOND: u64 = 4;
/// Logins and API keys that are asked about, at most.
const BEARERS: usize = 1000;
/// The users who log in, with four sessions each; for others sessions are created, which would make the lists of these long.
const LOGGED_IN: usize = BEARERS / 4;
/// Callers that seed; the writer takes as many at most into one transaction.
const SEEDERS: usize = 512;

type Requests = Arc<Vec<Vec<u8>>>;

/// How a row is done.
enum Doing {
    Asking(Requests),
    Calling(Callers),
}

/// Is told what is being done, how many rounds of it are over, and of how many.
pub type Told<'a> = &'a mut dyn FnMut(&'static str, u64, u64);

/// Measures every row on a database in `folder`, in alternating windows.
///
/// # Errors
/// When something does not answer as it should.
pub fn run(wanted: Wanted, folder: &Path, told: Told<'_>) -> Result<Vec<Contender>, Failure> {
    told("signing everybody in", 0, 1);
    let threads = std::thread::available_parallelism()?.get();
    let (asking, calling) = (runtime("client-http", 1)?, runtime("client", threads)?);
    // Enough that nobody comes near the cap of a user's sessions, however fast the machine.
    let users = LOGGED_IN + 200 + 100 * usize::try_from(wanted.seconds)?;
    let home = Arc::new(calling.block_on(Home::settle(&folder.join("cloakroom.db"), users))?);
    let mut rows = calling.block_on(rows(&home, wanted))?;
    let probe = InProcess::start(&home, 0)?;
    let answer = asking.block_on(async { length_of_answer(&probe, &rows).await })?;
    drop(probe);
    let server = InProcess::start(&home, answer)?;
    let mut contenders: Vec<_> = ROWS.map(Contender::new).into();
    let mut connections = asking.block_on(connect_as_many(server.address, wanted.callers))?;
    // The first round warms up.
    let rounds = wanted.seconds * WINDOWS_PER_SECOND;
    for round in 0..=rounds {
        told("measuring", round, rounds);
        for (doing, contender) in rows.iter_mut().zip(&mut contenders) {
            let sample: Sample;
            match doing {
                Doing::Asking(requests) => {
                    (connections, sample) = asking.block_on(window_of(WINDOW, connections, || requests.clone()))?;
                }
                Doing::Calling(callers) => {
                    (*callers, sample) = calling.block_on(calls(WINDOW, std::mem::take(callers)))?;
                }
            }
            if round > 0 {
                contender.add(sample);
            }
        }
    }
    drop((server, rows));
    home.database.shutdown();
    Ok(contenders)
}

/// As many bytes as a second validation of one session has: the first shows no earlier one.
async fn length_of_answer(probe: &InProcess, rows: &[Doing]) -> Result<usize, Failure> {
    let Some(Doing::Asking(validations)) = rows.get(1) else { return Err("there is nothing to validate".into()) };
    let mut connection = Connection::open(probe.address).await?;
    window::length_of_answer(&mut connection, &validations[0]).await?;
    window::length_of_answer(&mut connection, &validations[0]).await
}

/// How each of [`ROWS`] is done, in their order.
async fn rows(home: &Arc<Home>, wanted: Wanted) -> Result<Vec<Doing>, Failure> {
    let secrets = many(wanted.sessions, home, async |home, number| sign_in(&home, number).await).await?;
    let guid = |secret: &[u8; 16]| format!("{{\"session_guid\":\"{}\"}}", render_guid(secret));
    let requests = |path: &str| Arc::new(secrets.iter().map(|secret| post(path, &guid(secret))).collect());
    let bearers = wanted.sessions.min(BEARERS);
    let tokens = many(bearers, home, async |home, number| Ok(home.log_in(number % LOGGED_IN).await?.access.text.to_string())).await?;
    let mut refreshing = Callers::new();
    for number in 0..wanted.callers {
        refreshing.push(Box::new(Refreshes { pair: home.log_in(number % LOGGED_IN).await?, home: home.clone() }));
    }
    let creates = |number| Box::new(Creates { home: home.clone(), next: number, step: wanted.callers }) as Box<dyn Caller>;
    Ok(vec![
        Doing::Asking(requests("/noop")),
        Doing::Asking(requests("/usm/session/validate")),
        Doing::Calling((0..wanted.callers).map(creates).collect()),
        Doing::Calling(refreshing),
        Doing::Asking(Arc::new(tokens.iter().map(|token| introspection(token)).collect())),
        Doing::Asking(Arc::new(tokens.iter().map(|token| own_sessions(token)).collect())),
        Doing::Asking(Arc::new(api_keys(home, bearers).await?)),
    ])
}

/// Signs in one of those who do not log in.
async fn sign_in(home: &Home, number: usize) -> Result<[u8; 16], Failure> {
    home.sign_in(LOGGED_IN + number % (home.users - LOGGED_IN)).await
}

/// Does something `count` times, durably, by many callers at once.
async fn many<T, F, W>(count: usize, home: &Arc<Home>, work: W) -> Result<Vec<T>, Failure>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Failure>> + Send,
    W: Fn(Arc<Home>, usize) -> F + Clone + Send + 'static,
{
    let mut callers = JoinSet::new();
    for caller in 0..SEEDERS.min(count) {
        let (home, work) = (home.clone(), work.clone());
        callers.spawn(async move {
            let mut done = Vec::new();
            for number in (caller..count).step_by(SEEDERS) {
                done.push(work(home.clone(), number).await?);
            }
            Ok::<_, Failure>(done)
        });
    }
    let mut all = Vec::with_capacity(count);
    while let Some(done) = callers.join_next().await {
        all.extend(done??);
    }
    Ok(all)
}

/// Requests that each show another key.
async fn api_keys(home: &Arc<Home>, count: usize) -> Result<Vec<Vec<u8>>, Failure> {
    let owner = home.owner().await?;
    let wish = ServiceAccountWish { caption: "till".to_owned(), roles: vec!["pvv".to_owned(), "pma".to_owned()] };
    let account = home.engine.create_service_account(&owner, wish, &origin()).await?.uid;
    let made = many(count, home, move |home, _| {
        let owner = owner.clone();
        async move {
            let wish = ApiKeyWish { account, caption: None, expires_at: None };
            let made = home.engine.create_api_key(&owner.clone().into(), wish, &origin()).await?;
            Ok(shown(&made.map_err(|refused| format!("no key was made: {refused:?}"))?.shown.expose()))
        }
    });
    made.await
}

/// Shows a key.
fn shown(api_key: &str) -> Vec<u8> {
    let body = format!("{{\"orgcode\":\"{TENANT}\"}}");
    let headers = format!("host: localhost\r\nuser-agent: {USER_AGENT}\r\nx-api-key: {api_key}\r\ncontent-type: application/json");
    format!("POST /usm/api_key/validate HTTP/1.1\r\n{headers}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// The client shows its secret in the form (RFC 6749 section 2.3.1).
pub fn introspection(token: &str) -> Vec<u8> {
    let body = format!("client_id={}&client_secret={}&token={token}", CLIENT.0, CLIENT.1);
    let headers = "host: localhost\r\ncontent-type: application/x-www-form-urlencoded";
    format!("POST /oauth/introspect HTTP/1.1\r\n{headers}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// A user's own list, by an access token (RFC 6750 section 2.1).
pub fn own_sessions(token: &str) -> Vec<u8> {
    format!("GET /api/v1/me/sessions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\r\n").into_bytes()
}

/// Opens sessions: neighbours in time are of different users, as in life.
struct Creates {
    home: Arc<Home>,
    next: usize,
    step: usize,
}

#[async_trait]
impl Caller for Creates {
    async fn call(&mut self) -> Result<(), Failure> {
        self.next += self.step;
        sign_in(&self.home, self.next).await.map(drop)
    }
}

/// Redeems its own token, one successor after the other.
struct Refreshes {
    home: Arc<Home>,
    pair: TokenPair,
}

#[async_trait]
impl Caller for Refreshes {
    async fn call(&mut self) -> Result<(), Failure> {
        let redeemed = self.home.engine.refresh_tokens(&self.pair.access.text, &self.pair.refresh.expose(), &origin()).await?;
        self.pair = redeemed.map_err(|refused| format!("a refresh token was refused: {refused:?}"))?;
        Ok(())
    }
}
