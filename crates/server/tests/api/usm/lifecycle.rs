//! A session from its birth to its purge, by moving the clock.

use cloakroom_engine::policy::{Policy, SessionPolicy};
use serde_json::{Value, json};

use crate::support::{ADA, Server, Setup};

const WEEK: u32 = 7 * 86_400;
const YEAR: u32 = 365 * 86_400;

async fn shown(server: &Server, guid: &str) -> Value {
    server.usm("session/get", &json!({ "session_guid": guid, "include_archived": true })).await.data().clone()
}

#[tokio::test]
async fn time_runs_out_once_and_is_remembered() {
    let server = Server::start().await;
    let guids = server.open(ADA).await;
    server.pass(3599);
    server.with_guid("session/get", &guids.reference).await.data();
    server.pass(1);
    let first = server.with_guid("session/validate", &guids.bearer).await;
    assert_eq!((first.refusal(), first.minor()), ((401, "ttl-expired"), ""));
    let second = server.with_guid("session/validate", &guids.bearer).await;
    assert_eq!((second.refusal(), second.minor()), ((401, "session-doomed"), "ttl-expired"));
}

#[tokio::test]
async fn every_route_that_takes_a_bearer_finds_it_expired() {
    for route in ["session/validate", "session/list", "session/logout_other_devices", "session/logout_everywhere", "session/close"] {
        let server = Server::start().await;
        let guid = server.ada().await;
        server.pass(3600);
        assert_eq!(server.with_guid(route, &guid).await.refusal(), (401, "ttl-expired"), "{route}");
        let again = server.with_guid(route, &guid).await;
        assert_eq!((again.refusal(), again.minor()), ((401, "session-doomed"), "ttl-expired"), "{route}");
    }
}

#[tokio::test]
async fn a_read_shows_it_doomed_before_and_after_the_sweep() {
    let server = Server::start().await;
    let guids = server.open(ADA).await;
    server.pass(4000);
    let before = shown(&server, &guids.reference).await;
    assert_eq!((before["status"].as_str(), before["doom_reason"].as_str()), (Some("doomed"), Some("ttl-expired")));
    assert_eq!(before["doomed_at_utc"], "2026-01-02T04:04:05.007Z", "when it expired, not when somebody looked");
    server.upkeep().await;
    assert_eq!(shown(&server, &guids.reference).await, before);
    let refused = server.with_guid("session/validate", &guids.bearer).await;
    assert_eq!((refused.refusal(), refused.minor()), ((401, "session-doomed"), "ttl-expired"));
}

#[tokio::test]
async fn doomed_becomes_archived_becomes_nothing() {
    let server = Server::start().await;
    let (guids, mine) = (server.open(ADA).await, server.open(ADA).await);
    server.with_guid("session/close", &guids.bearer).await.data();
    server.pass(WEEK - 1);
    server.upkeep().await;
    assert_eq!(shown(&server, &guids.reference).await["archived"], false);
    server.pass(2);
    server.upkeep().await;
    let record = shown(&server, &guids.reference).await;
    assert_eq!((record["archived"].as_bool(), record["doom_reason"].as_str()), (Some(true), Some("closed")));
    let refused = server.with_guid("session/validate", &guids.bearer).await;
    assert_eq!((refused.refusal(), refused.minor()), ((401, "session-doomed"), "closed"));
    server.pass(YEAR + 1);
    server.upkeep().await;
    for guid in [&guids.bearer, &guids.reference] {
        let answer = server.usm("session/get", &json!({ "session_guid": guid, "include_archived": true })).await;
        assert_eq!(answer.refusal(), (404, "session-not-found"));
    }
    assert_eq!(server.with_guid("session/validate", &mine.bearer).await.status, 401);
}

#[tokio::test]
async fn delay_and_retention_are_configuration() {
    let sessions = SessionPolicy { archive_after_seconds: 0, retention_seconds: 10, ..SessionPolicy::default() };
    let server = Server::with(Setup { policy: Policy { sessions, ..Policy::default() }, ..Setup::default() }).await;
    let guids = server.open(ADA).await;
    server.with_guid("session/close", &guids.bearer).await.data();
    server.pass(1);
    server.engine.archive_sessions(10).await.unwrap();
    assert_eq!(shown(&server, &guids.reference).await["archived"], true);
    server.pass(11);
    server.upkeep().await;
    let answer = server.usm("session/get", &json!({ "session_guid": guids.reference, "include_archived": true })).await;
    assert_eq!(answer.refusal(), (404, "session-not-found"));
}

#[tokio::test]
async fn a_validation_that_is_only_in_memory_keeps_it_from_the_sweeper() {
    let server = Server::start().await;
    let guids = server.open(ADA).await;
    server.pass(1800);
    server.with_guid("session/validate", &guids.bearer).await.data();
    server.pass(2000);
    server.upkeep().await;
    let record = server.with_guid("session/validate", &guids.bearer).await.data().clone();
    assert_eq!(record["status"], "active");
}

#[tokio::test]
async fn a_close_beats_a_validation_that_is_not_on_disk() {
    let server = Server::start().await;
    let guids = server.open(ADA).await;
    server.pass(100);
    server.with_guid("session/validate", &guids.bearer).await.data();
    server.with_guid("session/close", &guids.reference).await.data();
    while server.engine.save_touches(true, 100).await.unwrap() > 0 {}
    assert_eq!(server.with_guid("session/validate", &guids.bearer).await.refusal(), (401, "session-doomed"));
}
