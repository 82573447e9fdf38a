//! An engine over a database of its own, with a clock that is moved by hand and the cryptography that the server has.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::callers::ClientApplication;
use cloakroom_engine::clock::{ManualClock, Span, Timestamp};
use cloakroom_engine::directory::document::{ApplicationEntry, DirectoryDocument, TenantEntry, UserEntry};
use cloakroom_engine::directory::password::{PasswordHash, hash};
use cloakroom_engine::directory::{EmailStatus, UserStatus};
use cloakroom_engine::policy::Policy;
use cloakroom_engine::secret::{ClientSecret, Passcode};
use cloakroom_engine::sessions::get::SessionPointer;
use cloakroom_engine::sessions::{EndReason, SessionView};
use cloakroom_engine::tokens::access_token::{TokenCrypto, TokenSubject};
use cloakroom_engine::tokens::client_credentials::ApplicationTokens;
use cloakroom_engine::tokens::exchange::SubjectCredential;
use cloakroom_engine::tokens::log_in::TokenPair;
use cloakroom_engine::tokens::refresh::RefreshRefusal;
use cloakroom_engine::tokens::wish::TokenWish;
use cloakroom_server::jose::jwt::Jwt;
use cloakroom_store::driver::sqlite::Location;

pub use crate::in_process::AUDIENCE;
use crate::in_process::watched_crypto::WatchedCrypto;
use crate::in_process::{InProcess, Made};

pub const ISSUER: &str = "https://cloakroom.example";
pub const PASSWORD: &str = "Correct-horse-7";
pub const CLIENT_SECRET: &str = "a-secret-of-the-portal";
/// 2026-01-01T00:00:00.250Z: a quarter of a second off, so that rounding shows.
pub const NOON: Timestamp = Timestamp::from_millis(1_767_225_600_250);

fn watched() -> Arc<WatchedCrypto> {
    Arc::new(WatchedCrypto::new(Jwt::new(ISSUER.into(), AUDIENCE.into(), None)))
}

/// What a scene is made of; the rest is always the same.
pub struct Setting {
    pub policy: Policy,
    pub location: Location,
    pub clock: Arc<ManualClock>,
    pub master: [u8; 32],
    pub seed: u64,
}

impl Default for Setting {
    fn default() -> Self {
        let clock = Arc::new(ManualClock::at(NOON));
        Self { policy: Policy::default(), location: Location::Temporary, clock, master: [7; 32], seed: 1 }
    }
}

impl Setting {
    fn made(&self, crypto: &Arc<WatchedCrypto>) -> Made {
        Made {
            policy: self.policy,
            location: self.location.clone(),
            clock: self.clock.clone(),
            master: self.master,
            seed: self.seed,
            crypto: Some(crypto.clone()),
            ..Made::at(NOON, ISSUER)
        }
    }
}

pub struct Scene {
    inside: InProcess,
    pub crypto: Arc<WatchedCrypto>,
}

impl Deref for Scene {
    type Target = InProcess;

    fn deref(&self) -> &InProcess {
        &self.inside
    }
}

impl Scene {
    /// A scene with the usual people and keys.
    pub async fn new() -> Self {
        Self::of(Setting::default()).await
    }

    pub async fn with(policy: Policy) -> Self {
        Self::of(Setting { policy, ..Setting::default() }).await
    }

    pub async fn of(setting: Setting) -> Self {
        let scene = Self::bare(&setting);
        scene.engine.refresh_signing_keys().await.unwrap();
        scene.apply(directory()).await;
        scene
    }

    /// Nobody and nothing in it but what its database holds already.
    pub fn bare(setting: &Setting) -> Self {
        let crypto = watched();
        Self { inside: InProcess::new(setting.made(&crypto)), crypto }
    }

    /// Another engine over the same database, as another process would be.
    pub fn beside(&self, setting: &Setting) -> Self {
        let crypto = watched();
        Self { inside: self.inside.beside(setting.made(&crypto)), crypto }
    }

    /// Applies a directory, changing what exists.
    pub async fn apply(&self, document: DirectoryDocument) {
        self.engine.apply_directory(document, true, "test").await.unwrap().unwrap();
    }

    pub async fn change_user(&self, entry: UserEntry) {
        self.apply(DirectoryDocument { users: vec![entry], ..DirectoryDocument::default() }).await;
    }

    pub fn later(&self, seconds: u32) {
        self.clock.advance(Span::from_seconds(seconds));
    }

    pub async fn log_in(&self, username: &str) -> TokenPair {
        self.engine.log_in(username, passcode(), origin()).await.unwrap().unwrap()
    }

    pub async fn redeem(&self, access: &str, refresh: &str) -> Result<TokenPair, RefreshRefusal> {
        self.engine.refresh_tokens(access, refresh, &origin()).await.unwrap()
    }

    pub async fn rotate(&self, pair: &TokenPair) -> Result<TokenPair, RefreshRefusal> {
        self.redeem(&pair.access.text, &pair.refresh.expose()).await
    }

    /// The application of ACME, as it proves to be itself.
    pub async fn application(&self) -> ClientApplication {
        let secret = ClientSecret::new(CLIENT_SECRET.into());
        self.engine.authenticate_client("portal", &secret, &RequestOrigin::default()).await.unwrap().unwrap()
    }

    /// Tokens of an application within the session of an access token.
    pub async fn exchange(&self, client: &ClientApplication, access: &str) -> ApplicationTokens {
        let credential = SubjectCredential::AccessToken(access.to_owned().into());
        self.engine.exchange_token(client, credential, TokenWish::default(), &origin()).await.unwrap().unwrap()
    }

    /// Whether an access token opens something.
    pub async fn opens(&self, access: &str) -> bool {
        self.engine.authenticate_token(access, &RequestOrigin::default()).await.unwrap().is_ok()
    }

    /// The pointer that anybody may know: by it a session is closed and looked at, whatever surface it was born on.
    pub fn reference(&self, pair: &TokenPair) -> SessionPointer {
        let claims = self.crypto.verify(&pair.access.text).unwrap();
        let TokenSubject::User(bound) = claims.subject else { panic!("a pair is a user's: {claims:?}") };
        SessionPointer::from_guid(self.engine.keys().reference_guid(&bound.session))
    }

    pub async fn session(&self, pair: &TokenPair) -> SessionView {
        self.engine.get_session(&self.reference(pair), true).await.unwrap().unwrap().view
    }

    pub async fn end_reason(&self, pair: &TokenPair) -> Option<EndReason> {
        self.session(pair).await.end.map(|end| end.reason)
    }
}

pub fn passcode() -> Passcode {
    Passcode::new(PASSWORD.as_bytes().to_vec())
}

pub fn origin() -> RequestOrigin {
    RequestOrigin { address: Some(IpAddr::from([203, 0, 113, 77])), user_agent: Some("test/1".into()), request_id: Some("r1".into()) }
}

/// Hashed once: every scene has the same people.
fn password_hash() -> PasswordHash {
    static HASH: OnceLock<PasswordHash> = OnceLock::new();
    HASH.get_or_init(|| hash(&passcode(), [3; 16]).unwrap()).clone()
}

pub fn user(username: &str) -> UserEntry {
    UserEntry { username: username.into(), ..UserEntry::default() }
}

fn person(username: &str) -> UserEntry {
    UserEntry {
        email: Some(format!("{username}@example.com")),
        password_hash: Some(password_hash()),
        tenant: Some("ACME".into()),
        ..user(username)
    }
}

/// alice, bob and carol may log in; una (unverified), sue (suspended) and eve (her address is not verified) may not.
fn directory() -> DirectoryDocument {
    let tenant = |code: &str| TenantEntry { code: code.into(), name: Some(code.into()), ..TenantEntry::default() };
    DirectoryDocument {
        tenants: vec![tenant("ACME"), tenant("GLOBEX")],
        users: vec![
            person("alice"),
            person("bob"),
            person("carol"),
            UserEntry { status: Some(UserStatus::Unverified), ..person("una") },
            UserEntry { status: Some(UserStatus::Suspended), ..person("sue") },
            UserEntry { email_status: Some(EmailStatus::Unverified), ..person("eve") },
        ],
        applications: vec![ApplicationEntry {
            tenant: Some("ACME".into()),
            client_id: "portal".into(),
            client_secret: Some(ClientSecret::new(CLIENT_SECRET.into())),
            scopes: Some(vec!["profile".into(), "admin:write".into()]),
            ..ApplicationEntry::default()
        }],
        ..DirectoryDocument::default()
    }
}
