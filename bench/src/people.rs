//! An engine on a database of its own, with people in it who open sessions.

use std::path::Path;
use std::sync::Arc;

use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::clock::Clock as _;
use cloakroom_engine::directory::MembershipRole;
use cloakroom_engine::directory::document::{ApplicationEntry, DirectoryDocument, PartnerEntry, TenantEntry, UserEntry};
use cloakroom_engine::directory::password::{self, HashingJob, HashingOverloaded, HashingResult, PasswordHashing};
use cloakroom_engine::keys::{Keyring, MasterKey};
use cloakroom_engine::machine::org_owner::OrgWriter;
use cloakroom_engine::policy::Policy;
use cloakroom_engine::secret::{ClientSecret, Passcode, SessionSecret};
use cloakroom_engine::sessions::Birth;
use cloakroom_engine::sessions::open::{ProvenUser, SessionWish};
use cloakroom_engine::sessions::sign_in::SignInName;
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::store::{Credentials, SignInSubject, Store as _};
use cloakroom_engine::tokens::log_in::TokenPair;
use cloakroom_engine::{Engine, Parts};
use cloakroom_server::boot::ambient::{MachineClock, MachineEntropy};
use cloakroom_server::oauth::jwt::Jwt;
use cloakroom_store::Database;
use cloakroom_store::driver::postgres::{self, Address};
use cloakroom_store::driver::sqlite::{Location, Options};
use tokio::task::JoinSet;

use crate::Failure;

pub(crate) const USER_AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36";

/// Whom everybody belongs to, so that a session stands on all that it can stand on.
const TENANT: &str = "ACME";

/// What tokens would name.
pub(crate) const ISSUER: &str = "http://localhost";
pub(crate) const AUDIENCE: &str = "cloakroom";

/// A client application that may ask about every token.
pub(crate) const CLIENT: (&str, &str) = ("gateway", "a-secret-of-the-gateway");

/// Believes every password: what a hash costs is known, and no part of what is measured on top of it.
struct Believing;

#[async_trait::async_trait]
impl PasswordHashing for Believing {
    async fn run(&self, _: HashingJob) -> Result<HashingResult, HashingOverloaded> {
        Ok(HashingResult::Verified { matches: true, rehashed: None })
    }
}

/// An engine with its store and its users.
pub(crate) struct Home {
    pub(crate) engine: Arc<Engine>,
    pub(crate) database: Arc<Database>,
    pub(crate) users: Arc<Vec<Credentials>>,
}

impl Home {
    /// Makes the database at `path`, with as many users, and puts an engine on it as the server does.
    pub(crate) async fn settle(path: &Path, users: usize) -> Result<Self, Failure> {
        let touches = Arc::new(PendingTouches::default());
        let database = Arc::new(Database::open(&Location::File(path.to_owned()), &Options::default(), touches.clone())?);
        let engine = engine(&database, touches);
        engine.apply_directory(directory(users), false, "bench").await??;
        Self::with(engine, database, users).await
    }

    /// As [`Self::settle`], in a database of PostgreSQL.
    pub(crate) async fn settle_on(url: &str, users: usize) -> Result<Self, Failure> {
        let (engine, database) = connect(url)?;
        engine.apply_directory(directory(users), false, "bench").await??;
        Self::with(engine, database, users).await
    }

    /// Joins whoever has settled in a database of PostgreSQL.
    pub(crate) async fn join(url: &str, users: usize) -> Result<Self, Failure> {
        let (engine, database) = connect(url)?;
        Self::with(engine, database, users).await
    }

    async fn with(engine: Engine, database: Arc<Database>, users: usize) -> Result<Self, Failure> {
        engine.rotate_signing_keys_when_due().await?;
        let users = Arc::new(find(&database, users).await?);
        Ok(Self { engine: Arc::new(engine), database, users })
    }

    /// Opens a durable session for one of the users and returns its secret.
    pub(crate) async fn open_session(&self, user: usize) -> Result<[u8; 16], Failure> {
        let credentials = self.users.get(user % self.users.len().max(1)).ok_or("there is nobody to open a session for")?;
        let wish = SessionWish { birth: Birth::Usm, ttl_seconds: None, slides: None, caption: None, label: Some("web".into()), note: None };
        let opened = self.engine.open_session(ProvenUser::believed(credentials.clone()), wish, origin()).await?;
        let opened = opened.map_err(|refused| format!("no session was opened: {refused:?}"))?;
        Ok(*opened.secret.expose())
    }

    /// Logs one of the users in.
    pub(crate) async fn log_in(&self, user: usize) -> Result<TokenPair, Failure> {
        let username = format!("user{}", user % self.users.len().max(1));
        let pair = self.engine.log_in(&username, Passcode::new(b"believed".to_vec()), origin()).await?;
        pair.map_err(|refused| format!("no login: {refused:?}").into())
    }

    /// The first user, who owns the tenant that everybody belongs to.
    pub(crate) async fn owner(&self) -> Result<OrgWriter, Failure> {
        let secret = SessionSecret::from_bytes(self.open_session(0).await?);
        let caller = self.engine.authenticate_session(&secret, &origin()).await?.map_err(|refused| format!("no caller: {refused:?}"))?;
        let owner = self.engine.org_owner(&caller, TENANT).await?.map_err(|refused| format!("no owner: {refused:?}"))?;
        Ok(owner.writing().map_err(|refused| format!("the org is not verified: {refused:?}"))?)
    }
}

fn engine(database: &Arc<Database>, touches: Arc<PendingTouches>) -> Engine {
    Engine::new(Parts {
        store: database.clone(),
        clock: Arc::new(MachineClock),
        entropy: Arc::new(MachineEntropy),
        hashing: Arc::new(Believing),
        touches,
        keys: Keyring::derive(&MasterKey::from_bytes([7; 32])),
        crypto: Arc::new(Jwt::new(ISSUER.to_owned(), AUDIENCE.to_owned(), None)),
        policy: Policy::default(),
    })
}

fn connect(url: &str) -> Result<(Engine, Arc<Database>), Failure> {
    let (touches, options) = (Arc::new(PendingTouches::default()), postgres::Options::default());
    let database = Arc::new(Database::connect(&Address::parse(url, &options)?, &options, touches.clone())?);
    Ok((engine(&database, touches), database))
}

/// The first of the users, as a sign-in finds them.
async fn find(database: &Arc<Database>, users: usize) -> Result<Vec<Credentials>, Failure> {
    const FINDERS: usize = 64;
    let mut finders = JoinSet::new();
    for finder in 0..FINDERS {
        let database = database.clone();
        finders.spawn(async move {
            let nobody = SignInSubject { name: [0; 16], network: String::new() };
            let mut found = Vec::with_capacity(users / FINDERS + 1);
            for number in (finder..users).step_by(FINDERS) {
                let record = database.sign_in_record(&SignInName::Email(email(number)), &nobody, MachineClock.now()).await?;
                found.push((number, record.credentials.ok_or("a user that was just made is not there")?));
            }
            Ok::<_, Failure>(found)
        });
    }
    let mut all = Vec::with_capacity(users);
    while let Some(found) = finders.join_next().await {
        all.extend(found??);
    }
    all.sort_unstable_by_key(|(number, _)| *number);
    Ok(all.into_iter().map(|(_, credentials)| credentials).collect())
}

/// Where a sign-in comes from: an address, a browser, a request id of 32 characters.
pub(crate) fn origin() -> RequestOrigin {
    RequestOrigin {
        address: Some([203, 0, 113, 77].into()),
        user_agent: Some(USER_AGENT.to_owned()),
        request_id: Some("0123456789abcdef0123456789abcdef".to_owned()),
    }
}

fn email(number: usize) -> String {
    format!("user{number}@example.com")
}

fn directory(users: usize) -> DirectoryDocument {
    let user = |number: usize| UserEntry {
        username: format!("user{number}"),
        email: Some(email(number)),
        tenant: Some(TENANT.to_owned()),
        password_hash: Some(password::nobody()),
        memberships: (number == 0).then(|| vec![(TENANT.to_owned(), MembershipRole::Owner)]),
        ..UserEntry::default()
    };
    let gateway = ApplicationEntry {
        name: None,
        tenant: Some(TENANT.to_owned()),
        owner: None,
        client_id: CLIENT.0.to_owned(),
        client_secret: Some(ClientSecret::new(CLIENT.1.to_owned())),
        jwks: None,
        kind: None,
        scopes: None,
        redirect_uris: None,
        platform: None,
        status: None,
    };
    DirectoryDocument {
        partners: vec![PartnerEntry { code: "north".to_owned(), name: None }],
        tenants: vec![TenantEntry { code: TENANT.to_owned(), partner: Some("north".to_owned()), ..TenantEntry::default() }],
        users: (0..users).map(user).collect(),
        applications: vec![gateway],
        ..DirectoryDocument::default()
    }
}
