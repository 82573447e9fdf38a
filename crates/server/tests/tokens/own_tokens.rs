//! A process verifies no token by its signature that it signed itself, whatever is done with it; and keys that are gone take their
//! tokens with them all the same.

use std::sync::atomic::Ordering::Relaxed;

use cloakroom_engine::policy::{Policy, TokenPolicy};
use cloakroom_engine::tokens::TokenAlgorithm;
use cloakroom_engine::tokens::wish::TokenWish;

use super::scene::{Scene, Setting, origin};

const DAY: u32 = 86_400;

fn verified(scene: &Scene) -> usize {
    scene.crypto.verified.load(Relaxed)
}

/// Another process over the same database, which signs with the same keys.
async fn beside(scene: &Scene) -> Scene {
    let beside = scene.beside(&Setting { clock: scene.clock.clone(), seed: 2, ..Setting::default() });
    beside.engine.refresh_signing_keys().await.unwrap();
    beside
}

#[tokio::test]
async fn a_pair_is_used_introspected_and_refreshed_without_one_verification() {
    for algorithm in TokenAlgorithm::ALL {
        let tokens = TokenPolicy { algorithm: *algorithm, ..TokenPolicy::default() };
        let scene = Scene::with(Policy { tokens, ..Policy::default() }).await;
        let client = scene.application().await;
        let mut pair = scene.log_in("alice").await;
        for _ in 0..3 {
            assert!(scene.opens(&pair.access.text).await, "at first sight");
            assert!(scene.engine.inspect_token(&client, &pair.access.text).await.unwrap().is_some());
            assert!(scene.engine.signed_for_user(&pair.access.text, &origin()));
            let renewed = scene.rotate(&pair).await.unwrap();
            let again = scene.rotate(&pair).await.unwrap();
            assert_eq!(*again.refresh.expose(), *renewed.refresh.expose(), "whoever did not get the answer asks once more");
            assert!(!scene.opens(&pair.access.text).await, "the token before is dead");
            pair = again;
        }
        scene.later(1300);
        assert!(!scene.opens(&pair.access.text).await);
        scene.rotate(&pair).await.unwrap();
        assert_eq!(verified(&scene), 0);
    }
}

#[tokio::test]
async fn neither_are_those_of_applications() {
    let scene = Scene::new().await;
    let (client, pair) = (scene.application().await, scene.log_in("alice").await);
    let own = scene.engine.issue_machine_token(&client, TokenWish::default(), &origin()).await.unwrap().unwrap();
    let given = scene.exchange(&client, &pair.access.text).await;
    let refreshed = scene
        .engine
        .refresh_as_application(&client, &given.refresh.unwrap().expose(), TokenWish::default(), &origin())
        .await
        .unwrap()
        .unwrap();
    for token in [&own.access.text, &refreshed.access.text] {
        assert!(scene.engine.inspect_token(&client, token).await.unwrap().is_some());
        assert!(scene.engine.authenticate_caller(token, &origin()).await.unwrap().is_ok());
    }
    scene.engine.revoke_token(&client, &own.access.text, &origin()).await.unwrap();
    assert!(scene.engine.inspect_token(&client, &own.access.text).await.unwrap().is_none());
    assert_eq!(verified(&scene), 0);
}

#[tokio::test]
async fn another_process_verifies_each_once() {
    let scene = Scene::new().await;
    let beside = beside(&scene).await;
    let pair = scene.log_in("alice").await;
    for _ in 0..3 {
        assert!(beside.opens(&pair.access.text).await);
    }
    assert_eq!((verified(&scene), verified(&beside)), (0, 1));
    let renewed = beside.rotate(&pair).await.unwrap();
    assert!(beside.opens(&renewed.access.text).await);
    assert!(scene.opens(&renewed.access.text).await && !scene.opens(&pair.access.text).await);
    assert_eq!((verified(&scene), verified(&beside)), (1, 1));
}

#[tokio::test]
async fn what_was_altered_is_verified_and_refused_every_time() {
    let scene = Scene::new().await;
    let pair = scene.log_in("alice").await;
    let mut altered = pair.access.text.to_string();
    let last = if altered.pop() == Some('A') { 'B' } else { 'A' };
    altered.push(last);
    for seen in 1..3 {
        assert!(!scene.opens(&altered).await);
        assert_eq!(verified(&scene), seen);
    }
}

#[tokio::test]
async fn a_key_that_is_gone_takes_the_tokens_with_it_that_were_signed_here() {
    let scene = Scene::new().await;
    let pair = scene.log_in("alice").await;
    scene.later(30 * DAY);
    assert!(scene.engine.rotate_signing_keys_when_due().await.unwrap());
    assert!(scene.engine.signed_for_user(&pair.access.text, &origin()), "its key is still published");
    scene.later(30 * DAY + 61);
    scene.engine.rotate_signing_keys_when_due().await.unwrap();
    assert!(!scene.engine.signed_for_user(&pair.access.text, &origin()), "as it is to every process");
    assert!(scene.rotate(&pair).await.is_err());
}
