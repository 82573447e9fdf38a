//! `POST /usm/session/logout_other_devices` and `POST /usm/session/logout_everywhere`

use crate::support::{ADA, Server};

#[tokio::test]
async fn other_devices_are_logged_out_and_this_one_stays() {
    let server = Server::start().await;
    let (mine, others, bob) = (server.ada().await, [server.open(ADA).await, server.open(ADA).await], server.bob().await);
    let answer = server.with_guid("session/logout_other_devices", &mine).await;
    assert_eq!(*answer.data(), serde_json::json!({ "doomed_count": 2 }));
    for other in &others {
        let refused = server.with_guid("session/validate", &other.bearer).await;
        assert_eq!((refused.refusal(), refused.minor()), ((401, "session-doomed"), "manual"));
    }
    for live in [&mine, &bob] {
        server.with_guid("session/validate", live).await.data();
    }
    assert_eq!(server.with_guid("session/logout_other_devices", &mine).await.data()["doomed_count"], 0);
}

#[tokio::test]
async fn everywhere_means_this_one_too() {
    let server = Server::start().await;
    let (mine, other, bob) = (server.ada().await, server.open(ADA).await, server.bob().await);
    assert_eq!(*server.with_guid("session/logout_everywhere", &mine).await.data(), serde_json::json!({ "doomed_count": 2 }));
    for ended in [&mine, &other.bearer] {
        let refused = server.with_guid("session/validate", ended).await;
        assert_eq!((refused.refusal(), refused.minor()), ((401, "session-doomed"), "manual"));
    }
    server.with_guid("session/validate", &bob).await.data();
}

#[tokio::test]
async fn what_was_dead_before_is_not_counted_and_keeps_its_reason() {
    let server = Server::start().await;
    let (closed, expired) = (server.open(ADA).await, server.open(ADA).await);
    server.with_guid("session/close", &closed.bearer).await.data();
    server.pass(3600);
    let mine = server.ada().await;
    assert_eq!(server.with_guid("session/logout_everywhere", &mine).await.data()["doomed_count"], 1);
    for (guids, reason) in [(&closed, "closed"), (&expired, "ttl-expired")] {
        assert_eq!(server.with_guid("session/get", &guids.reference).await.data()["doom_reason"], reason);
    }
}

#[tokio::test]
async fn a_reference_and_a_dead_bearer_log_nobody_out() {
    let server = Server::start().await;
    let (live, dead) = (server.open(ADA).await, server.open(ADA).await);
    server.with_guid("session/close", &dead.bearer).await.data();
    for route in ["session/logout_other_devices", "session/logout_everywhere"] {
        assert_eq!(server.with_guid(route, &live.reference).await.refusal(), (404, "session-not-found"));
        assert_eq!(server.with_guid(route, &dead.bearer).await.refusal(), (401, "session-doomed"));
    }
    server.with_guid("session/validate", &live.bearer).await.data();
}
