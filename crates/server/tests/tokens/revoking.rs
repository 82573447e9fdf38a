//! A token that an application has for itself lives by nothing that could end with it: revoked, it is dead all the same, at once, in every
//! process, and for a change that was under way (P2).

use cloakroom_engine::EngineError;
use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::callers::{ClientApplication, TokenCaller};
use cloakroom_engine::error::StoreError;
use cloakroom_engine::tokens::wish::TokenWish;

use super::scene::{Scene, Setting, origin};

async fn own_token(scene: &Scene) -> String {
    let tokens = scene.engine.issue_machine_token(&scene.application().await, TokenWish::default(), &origin()).await.unwrap().unwrap();
    tokens.access.text.to_string()
}

async fn caller(scene: &Scene, access: &str) -> Option<ClientApplication> {
    match scene.engine.authenticate_caller(access, &RequestOrigin::default()).await.unwrap() {
        Ok(TokenCaller::Machine(client)) => Some(client),
        Ok(other) => panic!("{other:?}"),
        Err(_) => None,
    }
}

async fn revoke(scene: &Scene, access: &str) {
    scene.engine.revoke_token(&scene.application().await, access, &origin()).await.unwrap();
}

#[tokio::test]
async fn it_is_dead_at_once_in_every_process() {
    let scene = Scene::new().await;
    let beside = scene.beside(&Setting { clock: scene.clock.clone(), seed: 2, ..Setting::default() });
    beside.engine.refresh_signing_keys().await.unwrap();
    let (access, other) = (own_token(&scene).await, own_token(&scene).await);
    for process in [&scene, &beside] {
        assert!(caller(process, &access).await.is_some());
    }
    revoke(&scene, &access).await;
    for process in [&scene, &beside] {
        assert!(caller(process, &access).await.is_none());
        let asking = process.application().await;
        assert!(process.engine.inspect_token(&asking, &access).await.unwrap().is_none());
        assert!(process.engine.inspect_token(&asking, &other).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn what_was_begun_with_it_changes_nothing_after() {
    let scene = Scene::new().await;
    let access = own_token(&scene).await;
    let begun = caller(&scene, &access).await.unwrap();
    scene.engine.issue_machine_token(&begun, TokenWish::default(), &origin()).await.unwrap().unwrap();
    revoke(&scene, &access).await;
    let refused = scene.engine.issue_machine_token(&begun, TokenWish::default(), &origin()).await.unwrap_err();
    assert!(matches!(refused, EngineError::Store(StoreError::Lapsed(_))), "{refused:?}");
}

#[tokio::test]
async fn it_is_remembered_until_no_clock_takes_it_for_good() {
    let scene = Scene::new().await;
    let (first, second) = (own_token(&scene).await, own_token(&scene).await);
    for access in [&first, &first, &second] {
        revoke(&scene, access).await;
    }
    for (seconds, forgotten) in [(0, 0), (1200, 0), (3599, 0)] {
        scene.later(seconds);
        assert_eq!(scene.engine.forget_revoked_tokens(10).await.unwrap(), forgotten, "after {seconds} more");
        assert!(caller(&scene, &first).await.is_none());
    }
    scene.later(1);
    assert_eq!(scene.engine.forget_revoked_tokens(1).await.unwrap(), 1);
    assert_eq!(scene.engine.forget_revoked_tokens(10).await.unwrap(), 1);
    assert_eq!(scene.engine.forget_revoked_tokens(10).await.unwrap(), 0);
}
