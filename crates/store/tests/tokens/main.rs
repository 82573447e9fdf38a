//! The transactions under tokens: what they refuse whoever asks, the engine's own checks aside.

#![allow(clippy::unwrap_used, reason = "a test, its fixtures included, fails by panicking")]

mod grants;

use std::sync::Arc;

use cloakroom_engine::audit::{Action, Actor, AuditEntry, RequestOrigin, ResourceKind};
use cloakroom_engine::callers::Authorisation;
use cloakroom_engine::clock::{ManualClock, Span, Timestamp};
use cloakroom_engine::directory::ApplicationStatus;
use cloakroom_engine::directory::changes::Patch;
use cloakroom_engine::directory::document::{ApplicationEntry, DirectoryDocument, UserEntry};
use cloakroom_engine::directory::password::InlineHashing;
use cloakroom_engine::directory::registration::RegistrationChange;
use cloakroom_engine::entropy::SeededEntropy;
use cloakroom_engine::error::SigningUnavailable;
use cloakroom_engine::ids::SessionUid;
use cloakroom_engine::keys::{Keyring, MasterKey};
use cloakroom_engine::machine::assertion_fault::AssertionFault;
use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::credentials::{SignInName, SignInSubject};
use cloakroom_engine::sessions::store::SessionStore as _;
use cloakroom_engine::sessions::store::{CreateOutcome, EndCause, NewSession};
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::sessions::{Authentication, Birth, End, EndReason, UserAgent};
use cloakroom_engine::tokens::access_token::{AccessTokenClaims, AssertionClaims, SigningKeyRecord, TokenCrypto};
use cloakroom_engine::tokens::grant::GrantSnapshot;
use cloakroom_engine::tokens::refresh_token::RefreshSecretHash;
use cloakroom_engine::tokens::store::TokenStore as _;
use cloakroom_engine::tokens::store::{Rotation, SigningKeyChange};
use cloakroom_engine::tokens::{Generation, GrantNumber, SigningKeyState, SigningPurpose, TokenAlgorithm};
use cloakroom_engine::{Engine, Parts};
use cloakroom_store::Database;
use cloakroom_store::driver::sqlite::{Location, Options};

const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);

/// Nothing is signed here.
struct NoTokens;

impl TokenCrypto for NoTokens {
    fn generate(&self, _: TokenAlgorithm, _: &[u8; 32], _: Timestamp) -> Result<SigningKeyRecord, SigningUnavailable> {
        Err(SigningUnavailable("not here"))
    }
    fn install(&self, _: &[SigningKeyRecord], _: &[u8; 32]) -> Result<(), SigningUnavailable> {
        Ok(())
    }
    fn sign(&self, _: &AccessTokenClaims) -> Result<String, SigningUnavailable> {
        Err(SigningUnavailable("not here"))
    }
    fn verify_assertion(&self, _: &str, _: Option<&str>) -> Result<AssertionClaims, AssertionFault> {
        Err(AssertionFault::NoKeys)
    }

    fn verify(&self, _: &str) -> Option<AccessTokenClaims> {
        None
    }
}

async fn store() -> Arc<Database> {
    store_and_engine().await.0
}

/// A store with one user and one application, and the engine over it.
async fn store_and_engine() -> (Arc<Database>, Engine) {
    let touches = Arc::new(PendingTouches::default());
    let database = Arc::new(Database::open(&Location::Temporary, &Options::default(), touches.clone()).unwrap());
    let engine = Engine::new(Parts {
        store: database.clone(),
        clock: Arc::new(ManualClock::at(NOW)),
        entropy: Arc::new(SeededEntropy::new(1)),
        hashing: Arc::new(InlineHashing),
        touches,
        keys: Keyring::derive(&MasterKey::from_bytes([1; 32])),
        crypto: Arc::new(NoTokens),
        policy: Policy::default(),
    });
    let users = vec![UserEntry { username: "alice".into(), ..UserEntry::default() }];
    let applications = vec![application(None)];
    let document = DirectoryDocument { users, applications, ..DirectoryDocument::default() };
    engine.apply_directory(document, false, "test").await.unwrap().unwrap();
    (database, engine)
}

/// An application of the platform, in this status.
fn application(status: Option<ApplicationStatus>) -> ApplicationEntry {
    ApplicationEntry { client_id: "portal".into(), platform: Some(true), status, ..ApplicationEntry::default() }
}

fn entry(action: Action, resource: ResourceKind) -> AuditEntry {
    AuditEntry::success(NOW, action, resource, Actor::System("test"), RequestOrigin::default())
}

const fn hash(byte: u8) -> RefreshSecretHash {
    RefreshSecretHash::from_bytes([byte; 32])
}

/// A session whose grant stands at `hash(byte)`.
async fn grant(store: &Database, byte: u8) -> GrantNumber {
    let subject = SignInSubject { name: [0; 16], network: String::new() };
    let record = store.sign_in_record(&SignInName::Username("alice".into()).sought(), &subject, NOW).await.unwrap();
    let user = record.credentials.unwrap();
    let new = NewSession {
        agent: UserAgent::UNKNOWN,
        location: None,
        uid: SessionUid::from_bytes([byte; 16]),
        secret: None,
        refresh: Some(hash(byte)),
        user: user.user,
        user_uid: user.user_uid,
        application: None,
        email: None,
        proven: None,
        subject: None,
        provider: None,
        birth: Birth::Login,
        authentication: Some(Authentication::by_password(NOW)),
        created_at: NOW,
        ttl: Span::from_seconds(600),
        slides: true,
        absolute_ttl: Span::from_seconds(900),
        caption: None,
        label: None,
        metadata: Default::default(),
        origin: RequestOrigin::default(),
        cap: 10,
        evict_oldest: false,
        audit: entry(Action::SessionCreated, ResourceKind::Session),
    };
    match store.create_session(Authorisation::Server, new).await.unwrap() {
        CreateOutcome::Created { grant, .. } => grant.unwrap(),
        refused => panic!("{refused:?}"),
    }
}

async fn found(store: &Database, grant: GrantNumber) -> GrantSnapshot {
    store.grant(grant).await.unwrap().unwrap()
}

/// The rotation of what stands there to `hash(byte)`.
fn rotation(found: &GrantSnapshot, byte: u8, now: Timestamp) -> Rotation {
    let mut activity = found.session.session.activity;
    activity.last_active_at = now;
    activity.expires_at = now.plus(Span::from_seconds(600));
    let audit = entry(Action::TokensRefreshed, ResourceKind::Session);
    Rotation { grant: found.grant, from: found.generation, from_hash: found.hash, to_hash: hash(byte), activity, now, audit }
}

#[tokio::test]
async fn a_rotation_moves_hash_generation_time_and_expiry_together() {
    let store = store().await;
    let before = found(&store, grant(&store, 1).await).await;
    let now = NOW.plus(Span::from_seconds(60));
    assert!(store.rotate_grant(Authorisation::Verified, rotation(&before, 2, now)).await.unwrap());
    let after = found(&store, before.grant).await;
    assert_eq!((after.hash, after.generation, after.reached_at), (hash(2), Generation(1), now));
    assert_eq!(after.session.session.activity.expires_at, now.plus(Span::from_seconds(600)));
    let remembered = store.live_grant(before.grant, now).await.unwrap().unwrap();
    assert_eq!(remembered.generation, Generation(1));
}

#[tokio::test]
async fn a_rotation_from_where_the_grant_is_not_does_nothing() {
    let store = store().await;
    let before = found(&store, grant(&store, 1).await).await;
    assert!(store.rotate_grant(Authorisation::Verified, rotation(&before, 2, NOW)).await.unwrap());
    assert!(!store.rotate_grant(Authorisation::Verified, rotation(&before, 3, NOW)).await.unwrap(), "once only");
    let current = found(&store, before.grant).await;
    for wrong in [
        Rotation { from_hash: hash(9), ..rotation(&current, 3, NOW) },
        Rotation { from: Generation(0), ..rotation(&current, 3, NOW) },
        Rotation { from: Generation(2), ..rotation(&current, 3, NOW) },
        Rotation { grant: GrantNumber(999), ..rotation(&current, 3, NOW) },
    ] {
        assert!(!store.rotate_grant(Authorisation::Verified, wrong).await.unwrap());
    }
    let after = found(&store, before.grant).await;
    assert_eq!((after.hash, after.generation, after.reached_at), (hash(2), Generation(1), current.reached_at));
}

#[tokio::test]
async fn a_session_that_ended_meanwhile_does_not_rotate() {
    let store = store().await;
    let before = found(&store, grant(&store, 1).await).await;
    let end = End { at: NOW, reason: EndReason::Closed, by: None };
    let audit = entry(Action::SessionEnded, ResourceKind::Session);
    store.end_session(Authorisation::Server, before.session.session.number, EndCause::Deliberate(end), NOW, audit).await.unwrap();
    assert!(!store.rotate_grant(Authorisation::Verified, rotation(&before, 2, NOW)).await.unwrap());
    assert_eq!(found(&store, before.grant).await.generation, Generation(0));
}

#[tokio::test]
async fn a_session_that_expired_meanwhile_does_not_rotate() {
    let store = store().await;
    let before = found(&store, grant(&store, 1).await).await;
    for late in [600, 900, 10_000] {
        assert!(
            !store.rotate_grant(Authorisation::Verified, rotation(&before, 2, NOW.plus(Span::from_seconds(late)))).await.unwrap(),
            "after {late} s"
        );
    }
    assert!(store.rotate_grant(Authorisation::Verified, rotation(&before, 2, NOW.plus(Span::from_seconds(599)))).await.unwrap());
}

#[tokio::test]
async fn a_grant_belongs_to_one_session() {
    let store = store().await;
    let (one, two) = (grant(&store, 1).await, grant(&store, 2).await);
    for (grant, byte) in [(one, 1), (two, 2)] {
        let (found, live) = (found(&store, grant).await, store.live_grant(grant, NOW).await.unwrap().unwrap());
        assert_eq!((found.session.session.uid, live.session.session.uid), (SessionUid::from_bytes([byte; 16]), found.session.session.uid));
    }
    for nobody in [GrantNumber(-1), GrantNumber(999)] {
        assert!(store.grant(nobody).await.unwrap().is_none() && store.live_grant(nobody, NOW).await.unwrap().is_none());
    }
}

fn key(kid: &str, state: SigningKeyState) -> SigningKeyRecord {
    SigningKeyRecord {
        kid: kid.into(),
        algorithm: TokenAlgorithm::Es256,
        purpose: SigningPurpose::AccessTokens,
        state,
        public_jwk: format!("{{\"kid\":\"{kid}\"}}"),
        sealed_private: vec![1, 2, 3],
        created_at: NOW,
        state_since: NOW,
    }
}

#[tokio::test]
async fn signing_keys_change_only_from_what_they_are() {
    let store = store().await;
    let change = |from: &[SigningKeyRecord], to: &[SigningKeyRecord]| SigningKeyChange {
        from: from.iter().map(|key| (key.kid.clone(), key.state)).collect(),
        to: to.to_vec(),
        audit: vec![entry(Action::SigningKeyCreated, ResourceKind::SigningKey)],
    };
    let first = [key("a", SigningKeyState::Active), key("b", SigningKeyState::Next)];
    store.change_signing_keys(change(&[], &first)).await.unwrap();
    store.change_signing_keys(change(&[], &[key("x", SigningKeyState::Active)])).await.unwrap();
    assert_eq!(store.signing_keys().await.unwrap(), first, "who came second changes nothing");
    let second = [key("a", SigningKeyState::Retired), key("b", SigningKeyState::Active), key("c", SigningKeyState::Next)];
    store.change_signing_keys(change(&first, &second)).await.unwrap();
    assert_eq!(store.signing_keys().await.unwrap(), second, "oldest first");
    store.change_signing_keys(change(&first, &first)).await.unwrap();
    assert_eq!(store.signing_keys().await.unwrap(), second);
    store.change_signing_keys(change(&second, &second[1..])).await.unwrap();
    assert_eq!(store.signing_keys().await.unwrap(), second[1..], "what is dead is gone");
    let of_id_tokens = |kid, state| SigningKeyRecord { purpose: SigningPurpose::IdTokens, ..key(kid, state) };
    let both = [&second[1..], &[of_id_tokens("i", SigningKeyState::Active), of_id_tokens("j", SigningKeyState::Next)]].concat();
    store.change_signing_keys(change(&second[1..], &both)).await.unwrap();
    assert_eq!(store.signing_keys().await.unwrap(), both, "each among its own");
    store.change_signing_keys(change(&both, &both[..3])).await.unwrap();
    assert_eq!(store.signing_keys().await.unwrap(), both[..3]);
}

#[tokio::test]
async fn what_gets_id_or_logout_tokens_says_how_they_are_signed() {
    let (store, engine) = store_and_engine().await;
    assert_eq!(store.id_token_algorithms().await.unwrap(), [], "the portal gets none");
    let registered = |client_id: &str, registration| ApplicationEntry { registration, client_id: client_id.into(), ..application(None) };
    let shop = RegistrationChange { redirect_uris: Some(vec!["https://shop.example.com/".into()]), ..RegistrationChange::default() };
    let told = RegistrationChange {
        backchannel_logout_uri: Patch::Set("https://told.example.com/out".into()),
        id_token_algorithm: Some(TokenAlgorithm::EdDsa),
        ..RegistrationChange::default()
    };
    let unused = RegistrationChange { id_token_algorithm: Some(TokenAlgorithm::Es256), ..RegistrationChange::default() };
    let applications = vec![registered("shop", shop), registered("told", told), registered("unused", unused)];
    engine.apply_directory(DirectoryDocument { applications, ..DirectoryDocument::default() }, false, "test").await.unwrap().unwrap();
    let mut named = store.id_token_algorithms().await.unwrap();
    named.sort();
    assert_eq!(named, [TokenAlgorithm::EdDsa, TokenAlgorithm::Rs256]);
}
