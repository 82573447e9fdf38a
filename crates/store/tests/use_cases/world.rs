//! An engine over a real database, with a clock that is moved by hand and chance that repeats itself.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::callers::EndUser;
use cloakroom_engine::clock::{ManualClock, Span, Timestamp};
use cloakroom_engine::directory::document::{DirectoryDocument, TenantEntry, UserEntry};
use cloakroom_engine::directory::password::{HashingJob, HashingResult, InlineHashing, PasswordHashing};
use cloakroom_engine::directory::plan::ApplyReport;
use cloakroom_engine::directory::{TenantStatus, UserStatus};
use cloakroom_engine::entropy::SeededEntropy;
use cloakroom_engine::error::HashingOverloaded;
use cloakroom_engine::keys::{Keyring, MasterKey};
use cloakroom_engine::policy::Policy;
use cloakroom_engine::secret::SessionSecret;
use cloakroom_engine::sessions::authenticate::SessionRefusal;
use cloakroom_engine::sessions::credentials::{SignInName, SignInSubject};
use cloakroom_engine::sessions::device::{DeviceRecognition, Product};
use cloakroom_engine::sessions::get::SessionPointer;
use cloakroom_engine::sessions::open::{OpenRefusal, OpenedSession, ProvenUser, SessionWish};
use cloakroom_engine::sessions::store::SessionStore;
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::sessions::{Birth, DeviceType, End, EndReason, SessionView, UserAgent};
use cloakroom_engine::tokens::access_token::NoTokens;
use cloakroom_engine::{Engine, EngineError, Parts};
use cloakroom_store::Database;

use crate::place::{Past, Place};

pub const START: Timestamp = Timestamp::from_millis(1_750_000_000_000);

/// One server: its engine, its database and the world it believes to live in.
pub struct World {
    pub engine: Arc<Engine>,
    pub database: Arc<Database>,
    pub clock: Arc<ManualClock>,
    pub meanwhile: Arc<Meanwhile>,
    ambient: Ambient,
    pub place: Place,
    /// How much of the trail the making of this world took.
    made_by: i64,
}

/// What happens elsewhere while a passcode is being hashed, and the work that comparing took.
#[derive(Default)]
pub struct Meanwhile(Mutex<Option<Box<dyn FnOnce() + Send>>>, Mutex<Vec<u64>>);

impl Meanwhile {
    /// `happens` once, before the next hash is done.
    pub fn once(&self, happens: impl FnOnce() + Send + 'static) {
        *self.0.lock().unwrap() = Some(Box::new(happens));
    }

    /// The work of every comparison since the last call.
    pub fn spent(&self) -> Vec<u64> {
        std::mem::take(&mut self.1.lock().unwrap())
    }
}

#[async_trait::async_trait]
impl PasswordHashing for Meanwhile {
    async fn run(&self, job: HashingJob) -> Result<HashingResult, HashingOverloaded> {
        let happens = self.0.lock().unwrap().take();
        if let Some(happens) = happens {
            happens();
        }
        let done = InlineHashing.run(job).await;
        if let Ok(HashingResult::Verified { work, .. }) = &done {
            self.1.lock().unwrap().push(*work);
        }
        done
    }
}

/// Believes user agents that are written as `device/application`, each of which may be left out.
struct Spelled;

#[async_trait::async_trait]
impl DeviceRecognition for Spelled {
    async fn recognise(&self, user_agent: &str) -> UserAgent {
        let (device, family) = user_agent.split_once('/').unwrap_or((user_agent, ""));
        let application = (!family.is_empty()).then(|| Product { family: family.to_owned(), version: None });
        UserAgent { device_type: DeviceType::parse(device).unwrap_or(DeviceType::Unknown), application, ..UserAgent::UNKNOWN }
    }
}

/// What outlives a process.
#[derive(Clone)]
struct Ambient {
    clock: Arc<ManualClock>,
    entropy: Arc<SeededEntropy>,
    meanwhile: Arc<Meanwhile>,
    policy: Policy,
}

impl Ambient {
    fn start(&self, place: &Place) -> (Arc<Engine>, Arc<Database>) {
        let touches = Arc::new(PendingTouches::default());
        let database = place.open(touches.clone());
        let parts = Parts {
            store: database.clone(),
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            hashing: self.meanwhile.clone(),
            touches,
            keys: Keyring::derive(&MasterKey::from_bytes([7; 32])),
            crypto: Arc::new(NoTokens),
            policy: self.policy,
        };
        (Arc::new(Engine::new(parts).recognising_devices(Arc::new(Spelled))), database)
    }

    fn world(self, place: Place, made_by: i64) -> World {
        let (engine, database) = self.start(&place);
        World { engine, database, clock: self.clock.clone(), meanwhile: self.meanwhile.clone(), ambient: self, place, made_by }
    }
}

impl World {
    pub fn new(policy: Policy) -> Self {
        let (clock, entropy) = (Arc::new(ManualClock::at(START)), Arc::new(SeededEntropy::new(1)));
        Ambient { clock, entropy, meanwhile: Arc::default(), policy }.world(Place::new(), 0)
    }

    /// A world with tenants `ACME` and `BETA` and verified users `ada` (ACME), `bob` (BETA) and `cyd` (of none).
    pub async fn peopled(policy: Policy) -> Self {
        let mut world = Self::new(policy);
        let document = DirectoryDocument {
            tenants: vec![tenant("ACME", None), tenant("BETA", None)],
            users: vec![user("ada", Some("ACME")), user("bob", Some("BETA")), user("cyd", None)],
            ..DirectoryDocument::default()
        };
        world.apply(document, false).await;
        world.made_by = world.count("SELECT max(sequence) FROM audit_log");
        world
    }

    /// Shuts the database and opens it again with nothing that was only in memory.
    pub fn restart(&mut self) {
        self.database.shutdown();
        (self.engine, self.database) = self.ambient.start(&self.place);
    }

    /// As [`Self::restart`], after somebody changed the configuration.
    pub fn restart_with(&mut self, policy: Policy) {
        self.ambient.policy = policy;
        self.restart();
    }

    /// A server on what a killed process leaves to the next one: nothing that was only in memory.
    pub fn after_a_crash(&self) -> Self {
        self.ambient.clone().world(self.place.after_a_crash(), self.made_by)
    }

    /// Looks at rows past the store, and changes them.
    pub fn past(&self) -> Past {
        self.place.past()
    }

    pub fn count(&self, sql: &str) -> i64 {
        self.past().rows(sql)[0][0].as_ref().unwrap().parse().unwrap()
    }

    pub fn advance(&self, seconds: u32) {
        self.clock.advance(Span::from_seconds(seconds));
    }

    pub fn now(&self) -> Timestamp {
        self.engine.now()
    }

    pub async fn apply(&self, document: DirectoryDocument, overwrite: bool) -> ApplyReport {
        let report = self.engine.apply_directory(document, overwrite, "apply").await.unwrap().unwrap();
        // What is read from here on is remembered, and not read again for the users that have just come.
        self.database.catch_up().await.unwrap();
        report
    }

    pub async fn set_tenant(&self, code: &str, status: TenantStatus) -> ApplyReport {
        let document = DirectoryDocument { tenants: vec![tenant(code, Some(status))], ..DirectoryDocument::default() };
        self.apply(document, true).await
    }

    pub async fn set_user(&self, username: &str, status: UserStatus) -> ApplyReport {
        let entry = UserEntry { username: username.into(), status: Some(status), ..UserEntry::default() };
        self.apply(DirectoryDocument { users: vec![entry], ..DirectoryDocument::default() }, true).await
    }

    /// The user as a sign-in would find them, believed without a passcode.
    pub async fn believed(&self, username: &str) -> ProvenUser {
        let subject = SignInSubject { name: [0; 16], network: "unknown".into() };
        let record = self.database.sign_in_record(&SignInName::Email(email(username)).sought(), &subject, self.now()).await.unwrap();
        ProvenUser::believed(record.credentials.unwrap())
    }

    pub async fn try_open(&self, username: &str, wish: SessionWish) -> Result<OpenedSession, OpenRefusal> {
        self.try_open_from(username, wish, RequestOrigin::default()).await
    }

    pub async fn try_open_from(&self, username: &str, wish: SessionWish, origin: RequestOrigin) -> Result<OpenedSession, OpenRefusal> {
        self.engine.open_session(self.believed(username).await, wish, origin).await.unwrap()
    }

    pub async fn open_as(&self, username: &str, wish: SessionWish) -> OpenedSession {
        self.try_open(username, wish).await.unwrap()
    }

    pub async fn open(&self, username: &str) -> OpenedSession {
        self.open_as(username, wish()).await
    }

    pub async fn validate(&self, secret: &SessionSecret) -> Result<SessionView, SessionRefusal> {
        self.try_validate(secret).await.unwrap()
    }

    pub async fn try_validate(&self, secret: &SessionSecret) -> Result<Result<SessionView, SessionRefusal>, EngineError> {
        self.engine.validate_session(secret, &RequestOrigin::default()).await
    }

    pub async fn caller(&self, secret: &SessionSecret) -> EndUser {
        self.engine.authenticate_session(secret, &RequestOrigin::default()).await.unwrap().unwrap()
    }

    pub async fn close(&self, pointer: &SessionPointer) -> Result<SessionView, SessionRefusal> {
        self.engine.close_session(pointer, None, &RequestOrigin::default()).await.unwrap()
    }

    pub async fn get(&self, pointer: &SessionPointer, include_archived: bool) -> Option<SessionView> {
        self.engine.get_session(pointer, include_archived).await.unwrap().ok().map(|placed| placed.view)
    }

    pub fn reference(&self, opened: &OpenedSession) -> SessionPointer {
        SessionPointer::from_guid(self.engine.keys().reference_guid(&opened.view.session.uid))
    }

    /// The actions of the trail, in order, without those of the directory that this world began with.
    pub fn trail(&self) -> Vec<Told> {
        let made_by = self.made_by;
        let told = self.past().rows(&format!(
            "SELECT action, result, actor_kind, actor_id, resource_id, detail, at FROM audit_log WHERE sequence > {made_by} ORDER BY sequence"
        ));
        let told = told.into_iter().map(|row| {
            let [action, result, actor_kind, actor_id, resource_id, detail, at]: [Option<String>; 7] = row.try_into().unwrap();
            Told {
                action: action.unwrap(),
                result: result.unwrap(),
                actor_kind: actor_kind.unwrap(),
                actor_id,
                resource_id,
                detail: serde_json::from_str(&detail.unwrap()).unwrap(),
                at: Timestamp::from_millis(at.unwrap().parse().unwrap()),
            }
        });
        told.collect()
    }
}

/// One line of the trail.
#[derive(Debug)]
pub struct Told {
    pub action: String,
    pub result: String,
    pub actor_kind: String,
    pub actor_id: Option<String>,
    pub resource_id: Option<String>,
    pub detail: serde_json::Value,
    pub at: Timestamp,
}

pub fn bearer(opened: &OpenedSession) -> SessionPointer {
    SessionPointer::from_guid(*opened.secret.expose())
}

pub fn email(username: &str) -> String {
    format!("{username}@example.org")
}

pub fn tenant(code: &str, status: Option<TenantStatus>) -> TenantEntry {
    TenantEntry { code: code.into(), status, ..TenantEntry::default() }
}

pub fn user(username: &str, tenant: Option<&str>) -> UserEntry {
    UserEntry { username: username.into(), email: Some(email(username)), tenant: tenant.map(Into::into), ..UserEntry::default() }
}

pub fn users(users: Vec<UserEntry>) -> DirectoryDocument {
    DirectoryDocument { users, ..DirectoryDocument::default() }
}

pub fn wish() -> SessionWish {
    SessionWish { birth: Birth::Usm, ttl_seconds: None, slides: None, caption: None, label: None, note: None, metadata: Default::default() }
}

pub fn from_address(address: &str) -> RequestOrigin {
    RequestOrigin { address: Some(address.parse::<IpAddr>().unwrap()), ..RequestOrigin::default() }
}

pub const fn ended(at: Timestamp, reason: EndReason) -> Option<End> {
    Some(End { at, reason, by: None })
}

pub const fn seconds(count: u32) -> Span {
    Span::from_seconds(count)
}
