//! Putting a server together, and moving its world: clock, directory, background work.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use cloakroom_engine::account::mail::MailDelivery;
use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::clock::{ManualClock, Span, Timestamp};
use cloakroom_engine::directory::password::{HashingJob, HashingResult, InlineHashing, PasswordHashing};
use cloakroom_engine::error::HashingOverloaded;
use cloakroom_engine::federation::protocol::ProviderProtocol;
use cloakroom_engine::ids::render_guid;
use cloakroom_engine::openid::logout::deliver::LogoutDelivery;
use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::Birth;
use cloakroom_engine::sessions::credentials::{SignInName, SignInSubject};
use cloakroom_engine::sessions::open::{ProvenUser, SessionWish};
use cloakroom_engine::sessions::store::SessionStore as _;
use cloakroom_server::directory_file;
use cloakroom_server::web::DoorSettings;
use parking_lot::Mutex;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::answer::Answer;
use super::database::cluster::Scratch;
use super::request::usm;
use super::server::{InProcess, Made, Routed};

pub const ADA: &str = "ada@example.com";
pub const ADA_PASSCODE: &str = "Correct-horse-7";
pub const BOB: &str = "bob@example.com";
pub const BOB_PASSCODE: &str = "Battery-staple-8";

/// What tokens name.
pub const ISSUER: &str = "https://cloakroom.test";

/// 2026-01-02T03:04:05.007Z: a fraction that a careless printer would shorten.
const BEGINNING: Timestamp = Timestamp::from_millis(1_767_323_045_007);

/// Makes who speaks to identity providers, by this clock.
pub type SpeaksToProviders = fn(Arc<ManualClock>) -> Arc<dyn ProviderProtocol>;

/// What a test may want otherwise.
pub struct Setup {
    pub policy: Policy,
    pub trusted_proxies: Vec<&'static str>,
    pub max_in_flight: u64,
    pub request_timeout: Duration,
    pub hashing: Arc<dyn PasswordHashing>,
    pub docs: bool,
    pub door: DoorSettings,
    /// Who delivers mails; nobody can where it is `None`.
    pub mail: Option<Arc<dyn MailDelivery>>,
    /// Who tells applications of logouts; nobody can where it is `None`.
    pub logouts: Option<Arc<dyn LogoutDelivery>>,
    /// Who speaks to identity providers; nobody does where it is `None`.
    pub providers: Option<SpeaksToProviders>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            policy: Policy::default(),
            trusted_proxies: Vec::new(),
            max_in_flight: 1024,
            request_timeout: Duration::from_secs(60),
            hashing: Arc::new(InlineHashing),
            docs: true,
            door: DoorSettings::default(),
            mail: None,
            logouts: None,
            providers: None,
        }
    }
}

impl Setup {
    fn made(&self, seed: u64) -> Made {
        let Self { policy, hashing, mail, logouts, providers, .. } = self;
        let (mail, logouts, made) = (mail.clone(), logouts.clone(), Made::at(BEGINNING, ISSUER));
        let providers = providers.map(|providers| providers(made.clock.clone()));
        Made { policy: *policy, hashing: hashing.clone(), mail, logouts, seed, providers, ..made }
    }
}

/// What happens to the next piece of password work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HashingMood {
    Working,
    Overloaded,
    Panicking,
    Stuck,
}

/// Counts password work, and does it, refuses it or breaks over it, as told.
pub struct MoodyHashing(Mutex<(HashingMood, usize)>);

impl MoodyHashing {
    pub fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new((HashingMood::Working, 0))))
    }

    pub fn is_now(&self, mood: HashingMood) {
        self.0.lock().0 = mood;
    }

    /// Pieces of work since the last look.
    pub fn take_count(&self) -> usize {
        std::mem::take(&mut self.0.lock().1)
    }
}

#[async_trait]
impl PasswordHashing for MoodyHashing {
    async fn run(&self, job: HashingJob) -> Result<HashingResult, HashingOverloaded> {
        let mood = {
            let mut state = self.0.lock();
            state.1 += 1;
            state.0
        };
        match mood {
            HashingMood::Working => InlineHashing.run(job).await,
            HashingMood::Overloaded => Err(HashingOverloaded),
            HashingMood::Stuck => std::future::pending().await,
            HashingMood::Panicking => panic!("as the test wishes"),
        }
    }
}

/// The two names of a session.
#[derive(Clone, Debug)]
pub struct Guids {
    pub bearer: String,
    pub reference: String,
}

/// A running server.
#[derive(Clone)]
pub struct Server {
    inside: InProcess,
    pub router: Router,
}

impl Deref for Server {
    type Target = InProcess;

    fn deref(&self) -> &InProcess {
        &self.inside
    }
}

impl Server {
    /// Ada and Bob exist and are verified, and nobody else.
    pub async fn start() -> Self {
        Self::with(Setup::default()).await
    }

    pub async fn with(setup: Setup) -> Self {
        let server = Self::empty(setup);
        let users = json!({ "users": [
            { "username": "ada", "email": ADA, "password": ADA_PASSCODE },
            { "username": "bob", "email": BOB, "password": BOB_PASSCODE },
        ] });
        server.apply(&users).await;
        server
    }

    /// Nobody exists.
    pub fn empty(setup: Setup) -> Self {
        Self::over(InProcess::new(setup.made(7)), &setup)
    }

    /// Two processes over one PostgreSQL, each with a memory of its own; they have one clock.
    #[allow(dead_code, reason = "the matrix alone needs it")]
    pub fn two(setup: &Setup) -> [Self; 2] {
        let scratch = Arc::new(Scratch::new());
        let here = InProcess::on_postgres(setup.made(7), scratch.clone());
        // Other chance, or both would give the same names.
        let there = InProcess::on_postgres(Made { clock: here.clock.clone(), ..setup.made(8) }, scratch);
        [here, there].map(|inside| Self::over(inside, setup))
    }

    fn over(inside: InProcess, setup: &Setup) -> Self {
        let &Setup { ref trusted_proxies, max_in_flight, request_timeout, docs, ref door, .. } = setup;
        let (trusted_proxies, door) = (trusted_proxies.clone(), door.clone());
        let routed =
            Routed { request_id: "minted-by-the-test", trusted_proxies, max_in_flight, request_timeout, docs, door, ..Routed::default() };
        let router = inside.router(&routed);
        Self { inside, router }
    }

    /// Applies a directory document, overwriting what differs.
    pub async fn apply(&self, document: &Value) {
        let read = directory_file::read(&document.to_string()).unwrap();
        self.engine.apply_directory(read, true, "test").await.unwrap().unwrap();
    }

    pub fn pass(&self, seconds: u32) {
        self.clock.advance(Span::from_seconds(seconds));
    }

    /// Sends a request and checks everything that holds for every answer.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        Answer::read(request, |request| self.router.clone().oneshot(request)).await
    }

    /// Status and headers of an answer whose body may be no text.
    pub async fn head_of(&self, request: Request<Body>) -> (u16, HeaderMap) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        (response.status().as_u16(), response.headers().clone())
    }

    /// A call of USM that is expected to be in the envelope.
    pub async fn usm(&self, route: &str, body: &Value) -> Answer {
        self.send(usm(route, body)).await
    }

    /// Signs in and gives the whole record with the bearer guid.
    pub async fn opened(&self, body: Value) -> Value {
        let answer = self.usm("session/create", &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.data().clone()
    }

    /// Signs Ada in and gives her bearer guid.
    pub async fn ada(&self) -> String {
        guid(&self.opened(json!({ "email": ADA, "passcode": ADA_PASSCODE })).await)
    }

    /// Signs Bob in and gives his bearer guid.
    pub async fn bob(&self) -> String {
        guid(&self.opened(json!({ "email": BOB, "passcode": BOB_PASSCODE })).await)
    }

    /// Opens a session without the price of a passcode; for tests that need many.
    pub async fn open(&self, email: &str) -> Guids {
        self.open_as(email, None, None).await
    }

    pub async fn open_as(&self, email: &str, caption: Option<&str>, label: Option<&str>) -> Guids {
        let subject = SignInSubject { name: [0; 16], network: String::new() };
        let record = self.database.sign_in_record(&SignInName::Email(email.into()).sought(), &subject, self.engine.now()).await.unwrap();
        let (caption, label) = (caption.map(Into::into), label.map(Into::into));
        let wish =
            SessionWish { birth: Birth::Usm, ttl_seconds: None, slides: None, caption, label, note: None, metadata: Default::default() };
        let user = ProvenUser::believed(record.credentials.unwrap());
        let opened = self.engine.open_session(user, wish, RequestOrigin::default()).await.unwrap().unwrap();
        let reference = self.engine.keys().reference_guid(&opened.view.session.uid);
        Guids { bearer: render_guid(opened.secret.expose()), reference: render_guid(&reference) }
    }

    /// A call that takes nothing but a session.
    pub async fn with_guid(&self, route: &str, guid: &str) -> Answer {
        self.usm(route, &json!({ "session_guid": guid })).await
    }

    /// What the background tasks do, until nothing is left to do.
    pub async fn upkeep(&self) {
        while self.engine.sweep_dead_sessions(100).await.unwrap().ended > 0 {}
        while self.engine.stamp_moved_epochs(100).await.unwrap().1 {}
        while self.engine.archive_sessions(100).await.unwrap() > 0 {}
        while self.engine.purge_sessions(100).await.unwrap() > 0 {}
    }
}

fn guid(record: &Value) -> String {
    record["session_guid"].as_str().unwrap().to_owned()
}
