//! A process that calls: a child of the one that measures, so that one process and several are alike.

use std::io::{BufRead as _, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use cloakroom_engine::secret::{SessionSecret, SessionSecretHash};
use cloakroom_engine::tokens::log_in::TokenPair;

use super::Job;
use crate::Failure;
use crate::bare::postgres::{Link, Person, connect, grants, people};
use crate::bare::writer::Batching;
use crate::in_process::runtime;
use crate::measure::Sample;
use crate::people::{Home, origin};
use crate::validate::Secrets;
use crate::window::{Caller, Callers, Chance, calls};

/// Its name on the command line, which is not for people.
pub(crate) const NAME: &str = "postgres-callers";

/// What the command line says.
struct Told {
    kind: String,
    url: String,
    /// The first of the callers, of all that all processes have.
    first: usize,
    callers: usize,
    secrets: Secrets,
}

pub(crate) fn main(arguments: Vec<String>) -> ExitCode {
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            println!("{failure:?}");
            ExitCode::FAILURE
        }
    }
}

/// `KIND URL FIRST CALLERS SECRETS`; then for each line `JOB MILLISECONDS` of its input one window and a line of what was done, until
/// its input ends.
fn run(arguments: Vec<String>) -> Result<(), Failure> {
    let [kind, url, first, callers, secrets] = <[String; 5]>::try_from(arguments).map_err(|_| "this is started by the bench itself")?;
    let told = Told { kind, url, first: first.parse()?, callers: callers.parse()?, secrets: Arc::new(read(Path::new(&secrets))?) };
    let runtime = runtime("client", std::thread::available_parallelism()?.get())?;
    let mut able = runtime.block_on(callers_of(&told))?;
    println!("ready");
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (job, millis) = line.split_once(' ').ok_or("an order names a job and a time")?;
        let (_, callers) = able.iter_mut().find(|(able, _)| able.name() == job).ok_or("a job that these callers do not know")?;
        let (back, sample) = runtime.block_on(calls(Duration::from_millis(millis.parse()?), std::mem::take(callers)))?;
        *callers = back;
        std::io::stdout().lock().write_all(told_of(&sample).as_bytes())?;
    }
    Ok(())
}

fn read(secrets: &Path) -> Result<Vec<[u8; 16]>, Failure> {
    let bytes = std::fs::read(secrets)?;
    Ok(bytes.as_chunks().0.to_vec())
}

/// Elapsed time, CPU time of the store's threads and of the callers, and each latency, in nanoseconds.
fn told_of(sample: &Sample) -> String {
    let (elapsed, cpu, latencies) = sample.parts();
    let mut line = format!("did {} {} {}", elapsed.as_nanos(), cpu.store.as_nanos(), cpu.client.as_nanos());
    for latency in latencies {
        line.push(' ');
        line.push_str(&latency.to_string());
    }
    line.push('\n');
    line
}

async fn callers_of(told: &Told) -> Result<Vec<(Job, Callers)>, Failure> {
    match told.kind.as_str() {
        "engine" => engine(told).await,
        "batched" => batched(told).await,
        "connections" => connections(told).await,
        _ => Err("callers of an unknown kind".into()),
    }
}

/// A caller's own series of users: neighbours in time are different ones, as in life.
struct Series {
    at: usize,
    step: usize,
}

impl Series {
    fn next(&mut self, of: usize) -> usize {
        self.at += self.step;
        self.at % of.max(1)
    }
}

async fn engine(told: &Told) -> Result<Vec<(Job, Callers)>, Failure> {
    let client = connect(&told.url).await?;
    let users = people(&client).await?.len();
    let home = Arc::new(Home::join(&told.url, users).await?);
    let [mut validating, mut creating, mut refreshing] = [(); 3].map(|()| Callers::new());
    for caller in told.first..told.first + told.callers {
        let secrets = told.secrets.clone();
        validating.push(Box::new(EngineValidates { home: home.clone(), secrets, chance: Chance::seeded(caller) }));
        creating.push(Box::new(EngineCreates { home: home.clone(), users: Series { at: caller, step: super::CALLERS } }));
        refreshing.push(Box::new(EngineRefreshes { pair: home.log_in(caller).await?, home: home.clone() }));
    }
    Ok(vec![(Job::Validate, validating), (Job::Create, creating), (Job::Refresh, refreshing)])
}

struct EngineValidates {
    home: Arc<Home>,
    secrets: Secrets,
    chance: Chance,
}

#[async_trait]
impl Caller for EngineValidates {
    async fn call(&mut self) -> Result<(), Failure> {
        let secret = SessionSecret::from_bytes(self.secrets[self.chance.below(self.secrets.len())]);
        let judged = self.home.engine.validate_session(&secret, &origin()).await?;
        judged.map(drop).map_err(|refused| format!("a session that was opened does not validate: {refused:?}").into())
    }
}

struct EngineCreates {
    home: Arc<Home>,
    users: Series,
}

#[async_trait]
impl Caller for EngineCreates {
    async fn call(&mut self) -> Result<(), Failure> {
        self.home.open_session(self.users.next(self.home.users.len())).await.map(drop)
    }
}

struct EngineRefreshes {
    home: Arc<Home>,
    pair: TokenPair,
}

#[async_trait]
impl Caller for EngineRefreshes {
    async fn call(&mut self) -> Result<(), Failure> {
        let redeemed = self.home.engine.refresh_tokens(&self.pair.access.text, &self.pair.refresh.expose(), &origin()).await?;
        self.pair = redeemed.map_err(|refused| format!("a refresh token was refused: {refused:?}"))?;
        Ok(())
    }
}

/// Whom the bare callers call for, and the grant of each.
async fn known(told: &Told) -> Result<(Arc<Vec<Person>>, Vec<i64>), Failure> {
    let client = connect(&told.url).await?;
    Ok((Arc::new(people(&client).await?), grants(&client).await?))
}

async fn batched(told: &Told) -> Result<Vec<(Job, Callers)>, Failure> {
    let (people, grants) = known(told).await?;
    let store = Arc::new(Batching::open(told.url.clone())?);
    let hashes: Vec<_> = told.secrets.iter().map(|secret| SessionSecret::from_bytes(*secret).hash()).collect();
    let hashes = Arc::new(hashes);
    let [mut validating, mut creating, mut refreshing] = [(); 3].map(|()| Callers::new());
    for caller in told.first..told.first + told.callers {
        let (store, people) = (store.clone(), people.clone());
        validating.push(Box::new(BareValidates { store: store.clone(), hashes: hashes.clone(), chance: Chance::seeded(caller) }));
        let users = Series { at: caller, step: super::CALLERS };
        creating.push(Box::new(BareCreates { store: store.clone(), people: people.clone(), users }));
        let grant = *grants.get(caller).ok_or("a caller has no grant")?;
        let person = people.get(caller).ok_or("a caller has no user")?.clone();
        refreshing.push(Box::new(BareRefreshes { store, person, grant }));
    }
    Ok(vec![(Job::Validate, validating), (Job::Create, creating), (Job::Refresh, refreshing)])
}

struct BareValidates {
    store: Arc<Batching>,
    hashes: Arc<Vec<SessionSecretHash>>,
    chance: Chance,
}

#[async_trait]
impl Caller for BareValidates {
    async fn call(&mut self) -> Result<(), Failure> {
        let secret = &self.hashes[self.chance.below(self.hashes.len())];
        self.store.validate(secret).await
    }
}

struct BareCreates {
    store: Arc<Batching>,
    people: Arc<Vec<Person>>,
    users: Series,
}

#[async_trait]
impl Caller for BareCreates {
    async fn call(&mut self) -> Result<(), Failure> {
        self.store.create(&self.people[self.users.next(self.people.len())]).await
    }
}

struct BareRefreshes {
    store: Arc<Batching>,
    person: Person,
    grant: i64,
}

#[async_trait]
impl Caller for BareRefreshes {
    async fn call(&mut self) -> Result<(), Failure> {
        self.store.rotate(&self.person, self.grant).await
    }
}

async fn connections(told: &Told) -> Result<Vec<(Job, Callers)>, Failure> {
    let (people, grants) = known(told).await?;
    let [mut creating, mut refreshing] = [(); 2].map(|()| Callers::new());
    for caller in told.first..told.first + told.callers {
        let (link, people) = (Link::open(&told.url).await?, people.clone());
        let grant = *grants.get(caller).ok_or("a caller has no grant")?;
        let person = people.get(caller).ok_or("a caller has no user")?.clone();
        refreshing.push(Box::new(ConnectionRefreshes { link: link.clone(), person, grant }));
        creating.push(Box::new(ConnectionCreates { link, people, users: Series { at: caller, step: super::CALLERS } }));
    }
    Ok(vec![(Job::Create, creating), (Job::Refresh, refreshing)])
}

struct ConnectionCreates {
    link: Arc<Link>,
    people: Arc<Vec<Person>>,
    users: Series,
}

#[async_trait]
impl Caller for ConnectionCreates {
    async fn call(&mut self) -> Result<(), Failure> {
        let person = &self.people[self.users.next(self.people.len())];
        self.link.in_transaction(self.link.create(person)).await
    }
}

struct ConnectionRefreshes {
    link: Arc<Link>,
    person: Person,
    grant: i64,
}

#[async_trait]
impl Caller for ConnectionRefreshes {
    async fn call(&mut self) -> Result<(), Failure> {
        let standing = self.link.standing(self.grant).await?;
        self.link.in_transaction(self.link.rotate(&self.person, &standing)).await
    }
}
