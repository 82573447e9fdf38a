//! How many sessions a user may have, exactly.

use cloakroom_engine::policy::{CapPolicy, Policy, SessionPolicy};
use serde_json::json;
use tokio::task::JoinSet;

use crate::support::{ADA, ADA_PASSCODE, BOB, Server, Setup};

fn sign_in() -> serde_json::Value {
    json!({ "email": ADA, "passcode": ADA_PASSCODE })
}

async fn capped(cap: u32, cap_policy: CapPolicy) -> Server {
    let sessions = SessionPolicy { cap, cap_policy, ..SessionPolicy::default() };
    Server::with(Setup { policy: Policy { sessions, ..Policy::default() }, ..Setup::default() }).await
}

async fn count(server: &Server, guid: &str, status: &str) -> usize {
    let answer = server.usm("session/list", &json!({ "session_guid": guid, "status": status, "limit": 256 })).await;
    answer.data()["sessions"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_holds_exactly_under_64_creates_at_once() {
    let server = Server::start().await;
    server.apply(&json!({ "users": [{ "username": "ada", "session_cap": 32 }] })).await;
    let first = server.ada().await;
    let mut creates = JoinSet::new();
    for _ in 0..64 {
        let server = server.clone();
        creates.spawn(async move { server.usm("session/create", &sign_in()).await });
    }
    let answers = creates.join_all().await;
    let opened = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(opened, 31);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!(answer.refusal(), (409, "too-many-sessions"));
    }
    assert_eq!(count(&server, &first, "active").await, 32);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn evicting_holds_it_as_exactly() {
    let server = capped(4, CapPolicy::EvictOldest).await;
    let mut creates = JoinSet::new();
    for _ in 0..16 {
        let server = server.clone();
        creates.spawn(async move { server.usm("session/create", &sign_in()).await });
    }
    let mut live = Vec::new();
    for answer in creates.join_all().await {
        let guid = answer.data()["session_guid"].as_str().unwrap().to_owned();
        if server.with_guid("session/validate", &guid).await.status == 200 {
            live.push(guid);
        }
    }
    assert_eq!(live.len(), 4);
    assert_eq!(count(&server, &live[0], "active").await, 4);
    assert_eq!(count(&server, &live[0], "doomed").await, 12);
}

#[tokio::test]
async fn the_default_is_1024() {
    let server = Server::start().await;
    for _ in 0..1024 {
        server.open(ADA).await;
    }
    assert_eq!(server.usm("session/create", &sign_in()).await.refusal(), (409, "too-many-sessions"));
    server.bob().await;
}

#[tokio::test]
async fn whoever_ends_a_session_makes_room_for_one() {
    let server = capped(2, CapPolicy::Refuse).await;
    let (kept, closed) = (server.ada().await, server.open(ADA).await);
    assert_eq!(server.usm("session/create", &sign_in()).await.status, 409);
    server.with_guid("session/close", &closed.reference).await.data();
    server.ada().await;
    assert_eq!(server.usm("session/create", &sign_in()).await.status, 409);
    server.with_guid("session/logout_other_devices", &kept).await.data();
    server.ada().await;
}

#[tokio::test]
async fn expired_sessions_never_count() {
    let server = capped(2, CapPolicy::Refuse).await;
    server.open(ADA).await;
    server.open(ADA).await;
    server.pass(3599);
    assert_eq!(server.usm("session/create", &sign_in()).await.status, 409);
    server.pass(1);
    server.ada().await;
    server.ada().await;
    assert_eq!(server.usm("session/create", &sign_in()).await.status, 409);
}

#[tokio::test]
async fn a_session_kept_alive_by_validation_counts() {
    let server = capped(1, CapPolicy::Refuse).await;
    let guid = server.ada().await;
    for _ in 0..3 {
        server.pass(3000);
        server.with_guid("session/validate", &guid).await.data();
    }
    assert_eq!(server.usm("session/create", &sign_in()).await.status, 409);
}

#[tokio::test]
async fn the_least_recently_used_one_makes_room() {
    let server = capped(3, CapPolicy::EvictOldest).await;
    let mut guids = Vec::new();
    for _ in 0..3 {
        guids.push(server.open(ADA).await.bearer);
        server.pass(1);
    }
    for used in [0, 2] {
        server.with_guid("session/validate", &guids[used]).await.data();
        server.pass(1);
    }
    let newest = server.ada().await;
    let evicted = server.with_guid("session/validate", &guids[1]).await;
    assert_eq!((evicted.refusal(), evicted.minor()), ((401, "session-doomed"), "manual"));
    for kept in [&guids[0], &guids[2], &newest] {
        server.with_guid("session/validate", kept).await.data();
    }
}

#[tokio::test]
async fn a_users_cap_comes_before_the_tenants_and_that_before_the_servers() {
    let server = capped(5, CapPolicy::Refuse).await;
    let tenant = json!([{ "code": "ACME", "session_policy": { "cap": 2 } }]);
    server.apply(&json!({ "tenants": tenant, "users": [{ "username": "ada", "tenant": "ACME" }] })).await;
    server.ada().await;
    server.ada().await;
    assert_eq!(server.usm("session/create", &sign_in()).await.status, 409);
    server.apply(&json!({ "users": [{ "username": "ada", "session_cap": 32 }] })).await;
    for _ in 0..30 {
        server.open(ADA).await;
    }
    assert_eq!(server.usm("session/create", &sign_in()).await.status, 409);
    for _ in 0..5 {
        server.open(BOB).await;
    }
}
