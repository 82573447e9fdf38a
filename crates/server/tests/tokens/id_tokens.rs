//! ID tokens and logout tokens: what they say, who signs them, and that they pass for nothing else.

use std::process::Command;
use std::sync::Arc;

use cloakroom_engine::clock::{ManualClock, Span, Timestamp};
use cloakroom_engine::directory::ApplicationKind;
use cloakroom_engine::directory::document::{ApplicationEntry, DirectoryDocument};
use cloakroom_engine::directory::registration::RegistrationChange;
use cloakroom_engine::ids::{SessionUid, UserUid};
use cloakroom_engine::sessions::{Authentication, AuthenticationMethods};
use cloakroom_engine::tokens::access_token::{SigningKeyRecord, TokenCrypto};
use cloakroom_engine::tokens::id_token::{EmailClaims, IdTokenClaims, IdTokenHint, LogoutTokenClaims, ProfileClaims};
use cloakroom_engine::tokens::signing_keys::PublishedKey;
use cloakroom_engine::tokens::{SigningKeyState, SigningPurpose, TokenAlgorithm};
use cloakroom_server::jose::jwt::{Jwt, PreviousNames};
use cloakroom_server::jose::token_header::AccessTokenType;
use serde_json::{Value, json};

use super::claims::part;
use super::clients::{SCRIPTS, need_npm, run};
use super::scene::{ISSUER, NOON, Scene, Setting};

const DAY: u32 = 86_400;

fn claims() -> IdTokenClaims {
    let later = |seconds| NOON.plus(Span::from_seconds(seconds));
    IdTokenClaims {
        client_id: "shop".into(),
        user: UserUid::from_bytes([1; 16]),
        session: SessionUid::from_bytes([2; 16]),
        issued_at: later(0),
        expires_at: later(300),
        nonce: Some("n-0S6_WzA2Mj".into()),
        authentication: Authentication::by_password(NOON.minus(Span::from_seconds(60))),
        access_token: "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y".into(),
        profile: Some(ProfileClaims { preferred_username: "ada".into(), name: Some("Ada".into()) }),
        email: Some(EmailClaims { email: "ada@example.com".into(), email_verified: true }),
    }
}

fn hint() -> IdTokenHint {
    IdTokenHint { client_id: "shop".into(), sub: claims().user, sid: claims().session }
}

fn logout() -> LogoutTokenClaims {
    let IdTokenClaims { client_id, user, session, issued_at, .. } = claims();
    LogoutTokenClaims { client_id, user, session, token_uid: [3; 16], issued_at }
}

/// An application that people are sent back to, whose ID tokens are signed so.
fn application(client_id: &str, algorithm: TokenAlgorithm) -> ApplicationEntry {
    let registration = RegistrationChange {
        kind: Some(ApplicationKind::Spa),
        redirect_uris: Some(vec!["https://shop.example.com/".into()]),
        id_token_algorithm: Some(algorithm),
        ..RegistrationChange::default()
    };
    ApplicationEntry { client_id: client_id.into(), registration, ..ApplicationEntry::default() }
}

fn with(applications: Vec<ApplicationEntry>) -> DirectoryDocument {
    DirectoryDocument { applications, ..DirectoryDocument::default() }
}

async fn of_id_tokens(scene: &Scene) -> Vec<PublishedKey> {
    let keys = scene.engine.published_keys().await.unwrap();
    keys.into_iter().filter(|key| key.purpose == SigningPurpose::IdTokens).collect()
}

fn states(keys: &[PublishedKey]) -> Vec<(TokenAlgorithm, SigningKeyState)> {
    keys.iter().map(|key| (key.algorithm, key.state)).collect()
}

#[tokio::test]
async fn keys_of_id_tokens_are_made_when_an_application_first_needs_them_and_go_with_the_last() {
    use SigningKeyState::{Active, Next, Retired};
    use TokenAlgorithm::{EdDsa, Rs256};
    let scene = Scene::new().await;
    scene.engine.refresh_signing_keys().await.unwrap();
    assert_eq!(of_id_tokens(&scene).await, []);
    assert!(scene.crypto.sign_id_token(&claims(), Rs256).is_err());

    scene.apply(with(vec![application("shop", Rs256)])).await;
    let token = scene.engine.sign_id_token(&claims(), Rs256).await.unwrap();
    assert_eq!(states(&of_id_tokens(&scene).await), [(Rs256, Active), (Rs256, Next)], "at the latest with the first token");
    assert_eq!(part(&token, 0)["kid"].as_str(), Some(of_id_tokens(&scene).await[0].kid.as_str()));
    assert!(scene.engine.sign_logout_token(&logout(), EdDsa).await.is_err(), "nobody wants that one");

    scene.apply(with(vec![application("desk", EdDsa)])).await;
    scene.engine.refresh_signing_keys().await.unwrap();
    assert_eq!(states(&of_id_tokens(&scene).await), [(Rs256, Active), (Rs256, Next), (EdDsa, Active), (EdDsa, Next)]);
    let settled = scene.engine.published_keys().await.unwrap();
    scene.engine.refresh_signing_keys().await.unwrap();
    assert_eq!(scene.engine.published_keys().await.unwrap(), settled, "asking again changes nothing");

    scene.apply(with(vec![application("shop", EdDsa)])).await;
    scene.engine.refresh_signing_keys().await.unwrap();
    assert_eq!(states(&of_id_tokens(&scene).await), [(Rs256, Retired), (EdDsa, Active), (EdDsa, Next)]);
    assert!(scene.crypto.sign_id_token(&claims(), Rs256).is_err());
    assert_eq!(scene.crypto.verify_id_token_hint(&token), Some(hint()), "what it signed is known as long as it is published");
    scene.later(30 * DAY + 60);
    scene.engine.refresh_signing_keys().await.unwrap();
    assert!(of_id_tokens(&scene).await.iter().all(|key| key.algorithm == EdDsa));
    assert_eq!(scene.crypto.verify_id_token_hint(&token), None);
}

#[tokio::test]
async fn they_rotate_by_the_rules_of_all_keys() {
    let scene = Scene::new().await;
    scene.apply(with(vec![application("shop", TokenAlgorithm::Es256)])).await;
    scene.engine.refresh_signing_keys().await.unwrap();
    let before = of_id_tokens(&scene).await;
    let access = scene.crypto.active().0.kid;
    let old = scene.engine.sign_id_token(&claims(), TokenAlgorithm::Es256).await.unwrap();
    scene.later(30 * DAY);
    assert!(scene.engine.rotate_signing_keys_when_due().await.unwrap());
    assert!(!scene.engine.rotate_signing_keys_when_due().await.unwrap(), "once");
    let after = of_id_tokens(&scene).await;
    let named = |keys: &[PublishedKey], state| keys.iter().find(|key| key.state == state).unwrap().kid.clone();
    assert_eq!(named(&after, SigningKeyState::Active), named(&before, SigningKeyState::Next), "published before it signs");
    assert_eq!(named(&after, SigningKeyState::Retired), named(&before, SigningKeyState::Active));
    assert_ne!(scene.crypto.active().0.kid, access, "and so do those of access tokens");
    let new = scene.engine.sign_id_token(&claims(), TokenAlgorithm::Es256).await.unwrap();
    assert_eq!(part(&new, 0)["kid"].as_str(), Some(named(&after, SigningKeyState::Active).as_str()));
    for token in [&old, &new] {
        assert_eq!(scene.crypto.verify_id_token_hint(token), Some(hint()));
    }
    scene.engine.rotate_signing_keys("test").await.unwrap();
    assert_eq!(named(&of_id_tokens(&scene).await, SigningKeyState::Active), named(&after, SigningKeyState::Next), "by hand, too");
}

#[tokio::test]
async fn another_process_signs_with_the_same_keys() {
    let clock = Arc::new(ManualClock::at(NOON));
    let setting = |seed| Setting { clock: clock.clone(), seed, ..Setting::default() };
    let here = Scene::of(setting(1)).await;
    let there = here.beside(&setting(2));
    there.engine.refresh_signing_keys().await.unwrap();
    here.apply(with(vec![application("shop", TokenAlgorithm::EdDsa)])).await;
    let token = here.engine.sign_id_token(&claims(), TokenAlgorithm::EdDsa).await.unwrap();
    let elsewhere = there.engine.sign_id_token(&claims(), TokenAlgorithm::EdDsa).await.unwrap();
    assert_eq!(part(&token, 0), part(&elsewhere, 0));
    assert_eq!(there.crypto.verify_id_token_hint(&token), Some(hint()));
}

#[tokio::test]
async fn tokens_of_one_kind_pass_for_no_other() {
    let scene = Scene::new().await;
    scene.apply(with(vec![application("cloakroom-shop", TokenAlgorithm::Es256)])).await;
    let access = scene.log_in("alice").await.access.text;
    // As near to an access token as an ID token comes: for the audience of access tokens.
    let near = IdTokenClaims { client_id: super::scene::AUDIENCE.into(), ..claims() };
    let id = scene.engine.sign_id_token(&near, TokenAlgorithm::Es256).await.unwrap();
    let out = scene.engine.sign_logout_token(&LogoutTokenClaims { client_id: near.client_id, ..logout() }, TokenAlgorithm::Es256).await;
    let out = out.unwrap();
    for other in [&id, &out] {
        assert!(!scene.opens(other).await && scene.crypto.verify(other).is_none());
        let client = scene.application().await;
        assert!(scene.engine.inspect_token(&client, other).await.unwrap().is_none());
    }
    for other in [access.as_str(), out.as_str(), "", "a.b.c", &"x".repeat(20_000)] {
        assert_eq!(scene.crypto.verify_id_token_hint(other), None);
    }
    assert!(scene.opens(&access).await && scene.crypto.verify_id_token_hint(&id).is_some());
}

const SEAL: [u8; 32] = [9; 32];

/// The cryptography with a key of access tokens and one of ID tokens, both of this algorithm.
fn holding(jwt: &Jwt, algorithm: TokenAlgorithm) -> Vec<SigningKeyRecord> {
    let key = |purpose| {
        let made = jwt.generate(algorithm, &SEAL, Timestamp::from_millis(0)).unwrap();
        SigningKeyRecord { purpose, state: SigningKeyState::Active, ..made }
    };
    let keys = vec![key(SigningPurpose::AccessTokens), key(SigningPurpose::IdTokens)];
    jwt.install(&keys, &SEAL).unwrap();
    keys
}

#[tokio::test]
async fn the_key_tells_kinds_apart_where_the_type_is_the_same() {
    let plain = Jwt::new(ISSUER.into(), "shop".into(), None).typed(AccessTokenType::Jwt);
    let keys = holding(&plain, TokenAlgorithm::Rs256);
    let id = plain.sign_id_token(&claims(), TokenAlgorithm::Rs256).unwrap();
    assert_eq!(plain.verify(&id), None);
    // Had one key both purposes, the header would be the same.
    let header = part(&id, 0);
    assert_eq!(header, json!({ "typ": "JWT", "alg": "RS256", "kid": keys[1].kid }));
}

#[tokio::test]
async fn a_hint_is_of_this_issuer_whole_and_of_any_age() {
    for algorithm in TokenAlgorithm::ALL {
        let jwt = Jwt::new(ISSUER.into(), "cloakroom".into(), None);
        let keys = holding(&jwt, *algorithm);
        let old = IdTokenClaims { expires_at: Timestamp::from_millis(1000), ..claims() };
        let token = jwt.sign_id_token(&old, *algorithm).unwrap();
        assert_eq!(jwt.verify_id_token_hint(&token), Some(hint()), "{algorithm:?}");
        for at in (0..token.len()).step_by(7) {
            let mut bytes = token.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(jwt.verify_id_token_hint(&String::from_utf8(bytes).unwrap()), None, "byte {at}");
        }
        let elsewhere = Jwt::new("https://other.example".into(), "cloakroom".into(), None);
        elsewhere.install(&keys, &SEAL).unwrap();
        assert_eq!(elsewhere.verify_id_token_hint(&token), None);
        let previous = PreviousNames { issuers: vec![ISSUER.into()], audiences: Vec::new() };
        let moved = Jwt::new("https://other.example".into(), "cloakroom".into(), None).also_taking(previous);
        moved.install(&keys, &SEAL).unwrap();
        assert_eq!(moved.verify_id_token_hint(&token), Some(hint()));
        let stranger = Jwt::new(ISSUER.into(), "cloakroom".into(), None);
        holding(&stranger, *algorithm);
        assert_eq!(stranger.verify_id_token_hint(&token), None);
    }
}

#[tokio::test]
async fn an_id_token_says_what_was_given_and_nothing_more() {
    let jwt = Jwt::new(ISSUER.into(), "cloakroom".into(), None);
    holding(&jwt, TokenAlgorithm::Rs256);
    let written = |claims: &IdTokenClaims| part(&jwt.sign_id_token(claims, TokenAlgorithm::Rs256).unwrap(), 1);
    let noon = NOON.as_millis() / 1000;
    let elsewhere = Authentication::by_identity_provider(claims().authentication.at, AuthenticationMethods::NONE);
    let bare = IdTokenClaims { nonce: None, authentication: elsewhere, profile: None, email: None, ..claims() };
    let mut expected = json!({
        "iss": ISSUER, "aud": "shop", "sub": claims().user.to_string(), "sid": claims().session.to_string(), "iat": noon,
        "exp": noon + 300, "auth_time": noon - 60, "acr": "aal1", "at_hash": "77QmUPtjPfzWtF2AnpK9RQ",
    });
    assert_eq!(written(&bare), expected);
    for (name, value) in [
        ("nonce", json!("n-0S6_WzA2Mj")),
        ("amr", json!(["pwd"])),
        ("preferred_username", json!("ada")),
        ("name", json!("Ada")),
        ("email", json!("ada@example.com")),
        ("email_verified", json!(true)),
    ] {
        expected[name] = value;
    }
    assert_eq!(written(&claims()), expected);
}

#[test]
fn jose_takes_id_and_logout_tokens() {
    let Some(folder) = need_npm(&["jose@^6"]) else {
        eprintln!("SKIPPED: jose could not be installed");
        return;
    };
    let cases: Vec<Value> = TokenAlgorithm::ALL.iter().map(|algorithm| case(*algorithm)).collect();
    let mut script = Command::new("node");
    assert_eq!(run(script.arg(format!("{SCRIPTS}/id_tokens.mjs")).arg(folder), &json!(cases)), cases.len());
}

fn case(algorithm: TokenAlgorithm) -> Value {
    let jwt = Jwt::new(ISSUER.into(), "cloakroom".into(), None);
    let keys = holding(&jwt, algorithm);
    let keys: Vec<Value> = keys.iter().map(|key| serde_json::from_str(&key.public_jwk).unwrap()).collect();
    json!({
        "id": jwt.sign_id_token(&claims(), algorithm).unwrap(),
        "logout": jwt.sign_logout_token(&logout(), algorithm).unwrap(),
        "accessToken": claims().access_token,
        "keys": keys, "issuer": ISSUER, "audience": "shop", "algorithm": algorithm.as_str(), "at": NOON.as_millis() / 1000 + 30,
    })
}
