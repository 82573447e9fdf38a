//! What is answered when the server cannot: 503 with `Retry-After`, never a wrong answer (P6, P7).

use std::time::Duration;

use serde_json::json;

use crate::support::{ADA, ADA_PASSCODE, HashingMood, MoodyHashing, Server, Setup, usm_operations};

fn sign_in() -> serde_json::Value {
    json!({ "email": ADA, "passcode": ADA_PASSCODE })
}

#[tokio::test]
async fn too_many_passwords_waiting_is_503_and_no_verdict() {
    let hashing = MoodyHashing::new();
    let server = Server::with(Setup { hashing: hashing.clone(), ..Setup::default() }).await;
    let guid = server.ada().await;
    hashing.is_now(HashingMood::Overloaded);
    for _ in 0..5 {
        let answer = server.usm("session/create", &sign_in()).await;
        assert_eq!(answer.refusal(), (503, "service-unavailable"));
    }
    server.with_guid("session/validate", &guid).await.data();
    hashing.is_now(HashingMood::Working);
    assert_eq!(server.usm("session/create", &sign_in()).await.status, 200, "what was shed was not counted as a failure");
}

#[tokio::test]
async fn a_sign_in_that_breaks_half_way_has_an_unknown_outcome() {
    let hashing = MoodyHashing::new();
    let server = Server::with(Setup { hashing: hashing.clone(), ..Setup::default() }).await;
    hashing.is_now(HashingMood::Panicking);
    let answer = server.usm("session/create", &sign_in()).await;
    assert_eq!(answer.status, 503, "P1: {}", answer.text);
    assert!(!answer.text.contains("as the test wishes"));
    hashing.is_now(HashingMood::Working);
    server.ada().await;
}

#[tokio::test]
async fn a_store_that_is_away_is_503_on_every_call() {
    let server = Server::with_orgs().await;
    let guid = server.ada().await;
    let owner = server.acme().await;
    let (api_key, _) = owner.key(&owner.account().await).await;
    server.database.shutdown();
    for operation in usm_operations() {
        let mut body = sign_in();
        body["session_guid"] = json!(guid);
        if !operation.fields.iter().any(|(name, _)| name == "session_guid") {
            body["api_key"] = json!(api_key);
        }
        body["orgcode"] = json!("ACME");
        let answer = server.usm(operation.path.trim_start_matches("/usm/"), &body).await;
        assert_eq!(answer.refusal(), (503, "service-unavailable"), "{}", operation.path);
    }
}

#[tokio::test]
async fn a_call_that_takes_too_long_is_503() {
    let hashing = MoodyHashing::new();
    let server = Server::with(Setup { hashing: hashing.clone(), request_timeout: Duration::ZERO, ..Setup::default() }).await;
    hashing.is_now(HashingMood::Stuck);
    assert_eq!(server.usm("session/create", &sign_in()).await.refusal(), (503, "service-unavailable"));
}

#[tokio::test]
async fn more_than_the_places_there_are_is_503_and_ends_come_last() {
    let server = Server::with(Setup { max_in_flight: 0, ..Setup::default() }).await;
    for operation in usm_operations() {
        let answer = server.usm(operation.path.trim_start_matches("/usm/"), &sign_in()).await;
        assert_eq!(answer.refusal(), (503, "service-unavailable"), "{}", operation.path);
    }
}
