//! One successor (P3): however many redeem a refresh token at once, and whether or not the answer arrived.

use std::collections::HashSet;
use std::sync::Arc;

use cloakroom_engine::tokens::wish::TokenWish;
use cloakroom_store::driver::sqlite::Location;
use tokio::sync::Barrier;

use super::scene::{Scene, Setting, origin};

const PARALLEL: usize = 100;
const ROUNDS: u32 = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_redeems_at_once_have_one_child() {
    let scene = Scene::new().await;
    let mut pair = scene.log_in("alice").await;
    for round in 1..=ROUNDS {
        let (access, refresh) = (pair.access.text.to_string(), pair.refresh.expose().to_string());
        let barrier = Arc::new(Barrier::new(PARALLEL));
        let tasks: Vec<_> = (0..PARALLEL)
            .map(|_| {
                let (engine, barrier, access, refresh) = (scene.engine.clone(), barrier.clone(), access.clone(), refresh.clone());
                tokio::spawn(async move {
                    barrier.wait().await;
                    engine.refresh_tokens(&access, &refresh, &origin()).await.unwrap().unwrap()
                })
            })
            .collect();
        let mut answers = Vec::new();
        for task in tasks {
            answers.push(task.await.unwrap());
        }
        let children: HashSet<_> = answers.iter().map(|answer| answer.refresh.expose().to_string()).collect();
        assert_eq!(children.len(), 1, "round {round}: one child");
        let tokens: HashSet<_> = answers.iter().map(|answer| answer.access.text.to_string()).collect();
        assert_eq!(tokens.len(), PARALLEL, "round {round}: every answer has an access token of its own");
        for token in &tokens {
            assert!(scene.opens(token).await, "round {round}: each of them is good");
        }
        pair = answers.pop().unwrap();
        assert_eq!(pair.refresh.generation.0, round, "rotated once");
        assert_eq!(scene.end_reason(&pair).await, None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_redeems_of_an_application_at_once_have_one_child() {
    let scene = Scene::new().await;
    let pair = scene.log_in("alice").await;
    let client = scene.application().await;
    let mut tokens = scene.exchange(&client, &pair.access.text).await;
    for round in 1..=10 {
        let refresh = tokens.refresh.as_ref().unwrap().expose().to_string();
        let barrier = Arc::new(Barrier::new(PARALLEL));
        let tasks: Vec<_> = (0..PARALLEL)
            .map(|_| {
                let (engine, barrier, client, refresh) = (scene.engine.clone(), barrier.clone(), client.clone(), refresh.clone());
                tokio::spawn(async move {
                    barrier.wait().await;
                    engine.refresh_as_application(&client, &refresh, TokenWish::default(), &origin()).await.unwrap().unwrap()
                })
            })
            .collect();
        let mut answers = Vec::new();
        for task in tasks {
            answers.push(task.await.unwrap());
        }
        let children: HashSet<_> = answers.iter().map(|answer| answer.refresh.as_ref().unwrap().expose().to_string()).collect();
        assert_eq!(children.len(), 1, "round {round}: one child");
        tokens = answers.pop().unwrap();
        assert_eq!(tokens.refresh.as_ref().unwrap().generation.0, round, "rotated once");
        assert!(scene.opens(&pair.access.text).await, "round {round}: the login's own pair is another chain");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn grants_rotate_beside_each_other() {
    let scene = Scene::new().await;
    let mut tasks = Vec::new();
    for name in ["alice", "bob", "carol"] {
        let mut pair = scene.log_in(name).await;
        let engine = scene.engine.clone();
        tasks.push(tokio::spawn(async move {
            for _ in 0..20 {
                pair = engine.refresh_tokens(&pair.access.text, &pair.refresh.expose(), &origin()).await.unwrap().unwrap();
            }
            pair
        }));
    }
    for task in tasks {
        let pair = task.await.unwrap();
        assert_eq!(pair.refresh.generation.0, 20);
        assert!(scene.opens(&pair.access.text).await);
    }
}

#[tokio::test]
async fn a_lost_answer_is_given_again_within_the_interval() {
    let scene = Scene::new().await;
    let pair = scene.log_in("alice").await;
    let lost = scene.rotate(&pair).await.unwrap();
    for _ in 0..2 {
        scene.later(5);
        let again = scene.rotate(&pair).await.unwrap();
        assert_eq!(again.refresh.expose(), lost.refresh.expose(), "the very same child, ten seconds included");
        assert!(scene.opens(&again.access.text).await && scene.opens(&lost.access.text).await);
    }
    let next = scene.rotate(&lost).await.unwrap();
    assert_eq!(next.refresh.generation.0, 2);
    assert!(!scene.opens(&lost.access.text).await);
}

#[tokio::test]
async fn the_interval_runs_from_the_rotation_not_from_the_last_repetition() {
    let scene = Scene::new().await;
    let pair = scene.log_in("alice").await;
    scene.rotate(&pair).await.unwrap();
    scene.later(9);
    scene.rotate(&pair).await.unwrap();
    scene.later(2);
    assert!(scene.rotate(&pair).await.is_err(), "eleven seconds after it was redeemed");
}

#[tokio::test]
async fn a_lost_answer_is_given_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let setting = || Setting { location: Location::File(folder.path().join("cloakroom.db")), ..Setting::default() };
    let (before, lost) = {
        let scene = Scene::of(setting()).await;
        let pair = scene.log_in("alice").await;
        let lost = scene.rotate(&pair).await.unwrap();
        scene.database.shutdown();
        (pair, lost)
    };
    let scene = Scene::bare(&Setting { seed: 2, ..setting() });
    scene.engine.refresh_signing_keys().await.unwrap();
    scene.later(9);
    let again = scene.rotate(&before).await.unwrap();
    assert_eq!(again.refresh.expose(), lost.refresh.expose());
    assert!(scene.opens(&again.access.text).await && scene.opens(&lost.access.text).await);
    assert!(!scene.opens(&before.access.text).await, "and what was dead stays dead");
}

#[tokio::test]
async fn the_previous_access_token_is_dead_at_once() {
    let scene = Scene::new().await;
    let mut pair = scene.log_in("alice").await;
    for _ in 0..5 {
        assert!(scene.opens(&pair.access.text).await);
        let next = scene.rotate(&pair).await.unwrap();
        assert!(!scene.opens(&pair.access.text).await);
        pair = next;
    }
}

#[tokio::test]
async fn an_expired_access_token_still_goes_with_its_refresh_token() {
    let scene = Scene::new().await;
    let pair = scene.log_in("alice").await;
    scene.later(20 * 86_400);
    assert!(!scene.opens(&pair.access.text).await);
    let next = scene.rotate(&pair).await.unwrap();
    assert!(scene.opens(&next.access.text).await);
}

/// The pair is what belongs together: a superseded access token proves nothing about a newer refresh token.
#[tokio::test]
async fn an_access_token_older_than_the_refresh_token_is_refused_and_nothing_ends() {
    let scene = Scene::new().await;
    let first = scene.log_in("alice").await;
    let second = scene.rotate(&first).await.unwrap();
    assert!(scene.redeem(&first.access.text, &second.refresh.expose()).await.is_err());
    assert_eq!(scene.end_reason(&second).await, None);
    let third = scene.rotate(&second).await.unwrap();
    assert!(scene.redeem(&first.access.text, &second.refresh.expose()).await.is_err(), "nor within the interval");
    let again = scene.redeem(&third.access.text, &second.refresh.expose()).await.unwrap();
    assert_eq!(again.refresh.expose(), third.refresh.expose(), "a newer one may come with it: another tab of the same client");
}
