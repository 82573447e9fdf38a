//! An engine over a database of its own, with a clock that is moved by hand and the cryptography that the server has.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, OnceLock};

use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::callers::ClientApplication;
use cloakroom_engine::clock::{ManualClock, Span, Timestamp};
use cloakroom_engine::directory::document::{ApplicationEntry, DirectoryDocument, TenantEntry, UserEntry};
use cloakroom_engine::directory::password::{PasswordHash, hash};
use cloakroom_engine::directory::{EmailStatus, UserStatus};
use cloakroom_engine::error::SigningUnavailable;
use cloakroom_engine::machine::assertion_fault::AssertionFault;
use cloakroom_engine::policy::Policy;
use cloakroom_engine::secret::{ClientSecret, Passcode};
use cloakroom_engine::sessions::get::SessionPointer;
use cloakroom_engine::sessions::{EndReason, SessionView};
use cloakroom_engine::tokens::access_token::{AccessTokenClaims, AssertionClaims, SigningKeyRecord, TokenCrypto, TokenSubject};
use cloakroom_engine::tokens::client_credentials::ApplicationTokens;
use cloakroom_engine::tokens::exchange::SubjectCredential;
use cloakroom_engine::tokens::id_token::{IdTokenClaims, IdTokenHint, LogoutTokenClaims};
use cloakroom_engine::tokens::log_in::TokenPair;
use cloakroom_engine::tokens::refresh::RefreshRefusal;
use cloakroom_engine::tokens::wish::TokenWish;
use cloakroom_engine::tokens::{SigningKeyState, TokenAlgorithm};
use cloakroom_server::jose::encryption::open;
use cloakroom_server::jose::jwt::Jwt;
use cloakroom_store::driver::sqlite::Location;
use parking_lot::Mutex;
use zeroize::Zeroizing;

pub use crate::in_process::AUDIENCE;
use crate::in_process::kept_keys::KeptKeys;
use crate::in_process::{InProcess, Made};

pub const ISSUER: &str = "https://cloakroom.example";
pub const PASSWORD: &str = "Correct-horse-7";
pub const CLIENT_SECRET: &str = "a-secret-of-the-portal";
/// 2026-01-01T00:00:00.250Z: a quarter of a second off, so that rounding shows.
pub const NOON: Timestamp = Timestamp::from_millis(1_767_225_600_250);

/// The server's cryptography, which remembers what it was handed, so that a test can sign with the server's own key.
pub struct Witness {
    inner: KeptKeys,
    installed: Mutex<(Vec<SigningKeyRecord>, [u8; 32])>,
    /// Client assertions that were verified, by whether there were keys to verify them with.
    pub assertions: Mutex<Vec<bool>>,
    /// How many access tokens were verified.
    pub verified: AtomicUsize,
}

impl Witness {
    fn new() -> Self {
        let inner = KeptKeys::new(Jwt::new(ISSUER.into(), AUDIENCE.into(), None));
        Self { inner, installed: Mutex::new((Vec::new(), [0; 32])), assertions: Mutex::default(), verified: AtomicUsize::new(0) }
    }

    /// The active key and its private half, PKCS #8.
    pub fn active(&self) -> (SigningKeyRecord, Vec<u8>) {
        let (keys, seal) = &*self.installed.lock();
        let key = keys.iter().find(|key| key.state == SigningKeyState::Active).unwrap().clone();
        let private = open(seal, key.kid.as_bytes(), &key.sealed_private).unwrap().to_vec();
        (key, private)
    }

    /// Every private half, PKCS #8.
    pub fn private_halves(&self) -> Vec<(SigningKeyRecord, Vec<u8>)> {
        let (keys, seal) = &*self.installed.lock();
        keys.iter().map(|key| (key.clone(), open(seal, key.kid.as_bytes(), &key.sealed_private).unwrap().to_vec())).collect()
    }
}

impl TokenCrypto for Witness {
    fn generate(&self, algorithm: TokenAlgorithm, seal: &[u8; 32], now: Timestamp) -> Result<SigningKeyRecord, SigningUnavailable> {
        self.inner.generate(algorithm, seal, now)
    }

    fn install(&self, keys: &[SigningKeyRecord], seal: &[u8; 32]) -> Result<(), SigningUnavailable> {
        self.inner.install(keys, seal)?;
        *self.installed.lock() = (keys.to_vec(), *seal);
        Ok(())
    }

    fn sign(&self, claims: &AccessTokenClaims) -> Result<String, SigningUnavailable> {
        self.inner.sign(claims)
    }

    fn names_us(&self, name: &str) -> bool {
        self.inner.names_us(name)
    }

    fn verify_assertion(&self, assertion: &str, jwks: Option<&str>) -> Result<AssertionClaims, AssertionFault> {
        self.assertions.lock().push(jwks.is_some());
        self.inner.verify_assertion(assertion, jwks)
    }

    fn verify(&self, token: &str) -> Option<AccessTokenClaims> {
        self.verified.fetch_add(1, Relaxed);
        self.inner.verify(token)
    }

    fn sign_id_token(&self, claims: &IdTokenClaims, algorithm: TokenAlgorithm) -> Result<String, SigningUnavailable> {
        self.inner.sign_id_token(claims, algorithm)
    }

    fn sign_logout_token(&self, claims: &LogoutTokenClaims, algorithm: TokenAlgorithm) -> Result<String, SigningUnavailable> {
        self.inner.sign_logout_token(claims, algorithm)
    }

    fn encrypt(&self, key: &[u8; 32], context: &[u8], secret: &[u8]) -> Result<Vec<u8>, SigningUnavailable> {
        self.inner.encrypt(key, context, secret)
    }

    fn decrypt(&self, key: &[u8; 32], context: &[u8], encrypted: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        self.inner.decrypt(key, context, encrypted)
    }

    fn verify_id_token_hint(&self, token: &str) -> Option<IdTokenHint> {
        self.inner.verify_id_token_hint(token)
    }
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
    fn made(&self, crypto: &Arc<Witness>) -> Made {
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
    pub crypto: Arc<Witness>,
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
        let crypto = Arc::new(Witness::new());
        Self { inside: InProcess::new(setting.made(&crypto)), crypto }
    }

    /// Another engine over the same database, as another process would be.
    pub fn beside(&self, setting: &Setting) -> Self {
        let crypto = Arc::new(Witness::new());
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
