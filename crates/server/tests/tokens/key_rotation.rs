//! Signing keys: next, active, retired, gone; without a restart and without a token refused that was good.

use std::sync::Arc;

use cloakroom_engine::EngineError;
use cloakroom_engine::clock::{ManualClock, Span};
use cloakroom_engine::policy::{Policy, TokenPolicy};
use cloakroom_engine::tokens::access_token::TokenCrypto as _;
use cloakroom_engine::tokens::signing_keys::PublishedKey;
use cloakroom_engine::tokens::{SigningKeyState, TokenAlgorithm};
use serde_json::Value;

use super::claims::part;
use super::scene::{NOON, Scene, Setting};

const DAY: u32 = 86_400;

async fn kids(scene: &Scene, state: SigningKeyState) -> Vec<String> {
    let keys = scene.engine.published_keys().await.unwrap();
    keys.into_iter().filter(|key| key.state == state).map(|key| key.kid).collect()
}

async fn published(scene: &Scene) -> Vec<PublishedKey> {
    scene.engine.published_keys().await.unwrap()
}

fn kid(token: &str) -> String {
    part(token, 0)["kid"].as_str().unwrap().to_owned()
}

fn signing(algorithm: TokenAlgorithm) -> Policy {
    Policy { tokens: TokenPolicy { algorithm, ..TokenPolicy::default() }, ..Policy::default() }
}

#[tokio::test]
async fn a_key_is_published_before_it_signs_and_until_what_it_signed_is_dead() {
    let scene = Scene::new().await;
    let (first, next) = (kids(&scene, SigningKeyState::Active).await, kids(&scene, SigningKeyState::Next).await);
    assert_eq!((first.len(), next.len()), (1, 1));
    let pair = scene.log_in("alice").await;
    assert_eq!(kid(&pair.access.text), first[0]);

    scene.engine.rotate_signing_keys("test").await.unwrap();
    assert_eq!(kids(&scene, SigningKeyState::Active).await, next);
    assert_eq!(kids(&scene, SigningKeyState::Retired).await, first);
    assert_eq!(kids(&scene, SigningKeyState::Next).await.len(), 1);
    assert!(scene.opens(&pair.access.text).await, "the old key's tokens are good until they are dead");
    let renewed = scene.rotate(&pair).await.unwrap();
    assert_eq!(kid(&renewed.access.text), next[0], "the pair of the old key gives a token of the new one");
    assert!(scene.opens(&renewed.access.text).await);

    scene.later(1200);
    assert!(!scene.opens(&renewed.access.text).await);
    assert_eq!(kids(&scene, SigningKeyState::Retired).await, first);
}

#[tokio::test]
async fn the_schedule_rotates_and_removes_what_is_dead() {
    let scene = Scene::new().await;
    let first = kids(&scene, SigningKeyState::Active).await;
    scene.later(29 * DAY);
    assert!(!scene.engine.rotate_signing_keys_when_due().await.unwrap(), "not before its time");
    assert_eq!(kids(&scene, SigningKeyState::Active).await, first);
    let pair = scene.log_in("alice").await;
    scene.later(DAY);
    assert!(scene.engine.rotate_signing_keys_when_due().await.unwrap());
    assert!(!scene.engine.rotate_signing_keys_when_due().await.unwrap(), "once");
    assert_eq!(kids(&scene, SigningKeyState::Retired).await, first);
    scene.later(29 * DAY - 1);
    assert!(!scene.engine.rotate_signing_keys_when_due().await.unwrap());
    let renewed = scene.rotate(&pair).await.unwrap();
    assert_ne!(kid(&renewed.access.text), first[0], "an expired token of the retired key still went with its refresh token");
    scene.later(DAY + 61);
    scene.engine.rotate_signing_keys_when_due().await.unwrap();
    assert!(published(&scene).await.iter().all(|key| key.kid != first[0]), "and now that key is gone");
    assert!(scene.crypto.verify(&pair.access.text).is_none());
    scene.rotate(&renewed).await.unwrap();
}

#[tokio::test]
async fn no_schedule_where_the_operator_wants_none() {
    let tokens = TokenPolicy { key_rotation_seconds: 0, ..TokenPolicy::default() };
    let scene = Scene::with(Policy { tokens, ..Policy::default() }).await;
    let first = kids(&scene, SigningKeyState::Active).await;
    scene.later(3000 * DAY);
    assert!(!scene.engine.rotate_signing_keys_when_due().await.unwrap());
    assert_eq!(kids(&scene, SigningKeyState::Active).await, first);
}

#[tokio::test]
async fn every_published_key_says_what_it_is_for_and_nothing_private() {
    for algorithm in TokenAlgorithm::ALL {
        let scene = Scene::with(signing(*algorithm)).await;
        for key in published(&scene).await {
            let jwk: Value = serde_json::from_str(&key.public_jwk).unwrap();
            let said = ["alg", "use", "kid"].map(|name| jwk[name].as_str().unwrap_or_default());
            assert_eq!(said, [algorithm.as_str(), "sig", &key.kid]);
            for private in ["d", "p", "q", "dp", "dq", "qi", "k", "oth"] {
                assert!(jwk.get(private).is_none(), "{private}");
            }
        }
    }
}

#[tokio::test]
async fn another_algorithm_takes_over_and_the_old_tokens_stay_good() {
    let clock = Arc::new(ManualClock::at(NOON));
    let setting = |algorithm, seed| Setting { policy: signing(algorithm), clock: clock.clone(), seed, ..Setting::default() };
    let first = Scene::of(setting(TokenAlgorithm::Es256, 1)).await;
    let mut pair = first.log_in("alice").await;
    for (seed, algorithm) in [(2, TokenAlgorithm::EdDsa), (3, TokenAlgorithm::Rs256)] {
        let scene = first.beside(&setting(algorithm, seed));
        let old = kids(&first, SigningKeyState::Active).await;
        scene.engine.refresh_signing_keys().await.unwrap();
        assert_eq!(kids(&scene, SigningKeyState::Active).await, old, "the old key signs until verifiers know the new one");
        let keys = published(&scene).await;
        let next = keys.iter().find(|key| key.state == SigningKeyState::Next).unwrap();
        assert_eq!(next.algorithm, algorithm, "which is published at once, and the next one of the old algorithm is withdrawn");
        clock.advance(Span::from_seconds(3599));
        assert!(!scene.engine.rotate_signing_keys_when_due().await.unwrap());
        assert_eq!(kids(&scene, SigningKeyState::Active).await, old, "not a second before its time");
        clock.advance(Span::from_seconds(1));
        scene.engine.rotate_signing_keys_when_due().await.unwrap();
        assert_eq!(kids(&scene, SigningKeyState::Active).await, std::slice::from_ref(&next.kid));
        let renewed = scene.rotate(&pair).await.unwrap();
        assert_eq!(part(&renewed.access.text, 0)["alg"], algorithm.as_str());
        assert!(scene.opens(&renewed.access.text).await);
        let signing = published(&scene).await.into_iter().filter(|key| key.state != SigningKeyState::Retired);
        assert!(signing.into_iter().all(|key| key.algorithm == algorithm), "no key of another algorithm comes to sign");
        let settled = published(&scene).await;
        scene.engine.refresh_signing_keys().await.unwrap();
        assert_eq!(published(&scene).await, settled, "asking again changes nothing");
        pair = renewed;
    }
    assert_eq!(kids(&first, SigningKeyState::Retired).await.len(), 2);
}

#[tokio::test]
async fn tokens_signed_before_another_algorithm_took_over_stay_good() {
    let clock = Arc::new(ManualClock::at(NOON));
    let setting = |algorithm, seed| Setting { policy: signing(algorithm), clock: clock.clone(), seed, ..Setting::default() };
    let first = Scene::of(setting(TokenAlgorithm::Es256, 1)).await;
    let scene = first.beside(&setting(TokenAlgorithm::EdDsa, 2));
    scene.engine.refresh_signing_keys().await.unwrap();
    clock.advance(Span::from_seconds(3000));
    let pair = scene.log_in("alice").await;
    assert_eq!(part(&pair.access.text, 0)["alg"], "ES256");
    clock.advance(Span::from_seconds(600));
    scene.engine.refresh_signing_keys().await.unwrap();
    assert!(scene.opens(&pair.access.text).await);
    assert_eq!(part(&scene.rotate(&pair).await.unwrap().access.text, 0)["alg"], "EdDSA");
}

#[tokio::test]
async fn the_schedule_waits_for_a_key_of_another_algorithm_to_be_known() {
    let clock = Arc::new(ManualClock::at(NOON));
    let setting = |algorithm, seed| Setting { policy: signing(algorithm), clock: clock.clone(), seed, ..Setting::default() };
    let first = Scene::of(setting(TokenAlgorithm::Es256, 1)).await;
    let old = kids(&first, SigningKeyState::Active).await;
    clock.advance(Span::from_seconds(31 * DAY));
    let scene = first.beside(&setting(TokenAlgorithm::EdDsa, 2));
    assert!(!scene.engine.rotate_signing_keys_when_due().await.unwrap(), "a rotation is due, and the new key unknown");
    assert_eq!(kids(&scene, SigningKeyState::Active).await, old);
    clock.advance(Span::from_seconds(3600));
    assert!(scene.engine.rotate_signing_keys_when_due().await.unwrap());
    assert_ne!(kids(&scene, SigningKeyState::Active).await, old);
}

#[tokio::test]
async fn a_rotation_by_hand_does_not_wait() {
    let scene = Scene::new().await;
    for _ in 0..2 {
        let next = kids(&scene, SigningKeyState::Next).await;
        let after = scene.engine.rotate_signing_keys("test").await.unwrap();
        assert_eq!(after, published(&scene).await);
        assert_eq!(kids(&scene, SigningKeyState::Active).await, next);
    }
}

#[tokio::test]
async fn another_process_picks_the_new_key_up() {
    let clock = Arc::new(ManualClock::at(NOON));
    let setting = |seed| Setting { clock: clock.clone(), seed, ..Setting::default() };
    let here = Scene::of(setting(1)).await;
    let there = here.beside(&setting(2));
    there.engine.refresh_signing_keys().await.unwrap();
    assert_eq!(here.crypto.active().0.kid, there.crypto.active().0.kid, "the same keys, not keys of its own");
    let pair = here.log_in("alice").await;
    assert!(there.opens(&pair.access.text).await);

    here.engine.rotate_signing_keys("test").await.unwrap();
    let renewed = here.rotate(&pair).await.unwrap();
    assert!(there.opens(&renewed.access.text).await, "it knew the next key before that signed");
    let elsewhere = there.rotate(&renewed).await.unwrap();
    assert!(here.opens(&elsewhere.access.text).await, "and what it signs with the retired one is good");
    there.engine.refresh_signing_keys().await.unwrap();
    let last = there.rotate(&elsewhere).await.unwrap();
    assert_eq!(kid(&last.access.text), kid(&renewed.access.text));

    here.engine.rotate_signing_keys("test").await.unwrap();
    here.engine.rotate_signing_keys("test").await.unwrap();
    there.engine.refresh_signing_keys().await.unwrap();
    let newest = here.rotate(&last).await.unwrap();
    assert!(there.opens(&newest.access.text).await);
}

#[tokio::test]
async fn two_processes_that_rotate_at_once_agree() {
    let clock = Arc::new(ManualClock::at(NOON));
    let setting = |seed| Setting { clock: clock.clone(), seed, ..Setting::default() };
    let here = Scene::of(setting(1)).await;
    let there = here.beside(&setting(2));
    there.engine.refresh_signing_keys().await.unwrap();
    for _ in 0..5 {
        clock.advance(Span::from_seconds(31 * DAY));
        let both = tokio::join!(here.engine.rotate_signing_keys_when_due(), there.engine.rotate_signing_keys_when_due());
        both.0.unwrap();
        both.1.unwrap();
        here.engine.refresh_signing_keys().await.unwrap();
        there.engine.refresh_signing_keys().await.unwrap();
        assert_eq!(kids(&here, SigningKeyState::Active).await.len(), 1);
        assert_eq!(kids(&here, SigningKeyState::Next).await.len(), 1);
        assert_eq!(here.crypto.active().0.kid, there.crypto.active().0.kid);
    }
}

#[tokio::test]
async fn a_wrong_master_key_is_told_clearly_and_changes_nothing() {
    let right = Setting::default();
    let scene = Scene::of(Setting { clock: right.clock.clone(), ..Setting::default() }).await;
    let before = published(&scene).await;
    let wrong = scene.beside(&Setting { master: [8; 32], seed: 2, ..right });
    let error = wrong.engine.refresh_signing_keys().await.unwrap_err();
    assert!(matches!(error, EngineError::Signing(_)) && !error.is_passing());
    assert!(error.to_string().contains("master key"), "{error}");
    assert_eq!(published(&scene).await, before);
    let pair = scene.log_in("alice").await;
    assert!(scene.opens(&pair.access.text).await, "who has the right one goes on");
}
