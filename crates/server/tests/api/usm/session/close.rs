//! `POST /usm/session/close`

use serde_json::json;

use crate::support::{ADA, Server};

#[tokio::test]
async fn it_dooms_by_bearer_or_reference_and_says_so() {
    let server = Server::start().await;
    for by_reference in [false, true] {
        let guids = server.open(ADA).await;
        server.pass(5);
        let shown = if by_reference { &guids.reference } else { &guids.bearer };
        let answer = server.usm("session/close", &json!({ "session_guid": shown, "reason": "lost phone" })).await;
        let record = answer.data();
        assert_eq!((record["status"].as_str(), record["doom_reason"].as_str()), (Some("doomed"), Some("closed")));
        assert_eq!(record["doomed_at_utc"], answer.stats()["timestamp_utc"]);
        assert_eq!(record["session_guid"], guids.reference);
        assert_eq!(record["archived"], false);
        let after = server.with_guid("session/validate", &guids.bearer).await;
        assert_eq!((after.refusal(), after.minor()), ((401, "session-doomed"), "closed"));
    }
}

#[tokio::test]
async fn a_second_close_changes_nothing() {
    let server = Server::start().await;
    let guids = server.open(ADA).await;
    let first = server.with_guid("session/close", &guids.bearer).await.data().clone();
    server.pass(60);
    for again in [&guids.bearer, &guids.reference] {
        let answer = server.with_guid("session/close", again).await;
        assert_eq!((answer.refusal(), answer.minor()), ((401, "session-doomed"), "closed"));
    }
    assert_eq!(server.with_guid("session/get", &guids.reference).await.data()["doomed_at_utc"], first["doomed_at_utc"]);
}

#[tokio::test]
async fn closing_an_expired_session_finds_it_expired() {
    let server = Server::start().await;
    let guids = server.open(ADA).await;
    server.pass(7200);
    assert_eq!(server.with_guid("session/close", &guids.reference).await.refusal(), (401, "ttl-expired"));
    let record = server.with_guid("session/get", &guids.reference).await.data().clone();
    assert_eq!((record["doom_reason"].as_str(), &record["doomed_at_utc"]), (Some("ttl-expired"), &record["expires_at_utc"]));
}

#[tokio::test]
async fn an_unknown_guid_is_not_found() {
    let server = Server::start().await;
    let answer = server.with_guid("session/close", "00000000-0000-4000-8000-000000000000").await;
    assert_eq!(answer.refusal(), (404, "session-not-found"));
}

#[tokio::test]
async fn the_reason_is_bounded_and_stays_in_the_trail() {
    let server = Server::start().await;
    let guids = server.open(ADA).await;
    for reason in [json!("x".repeat(257)), json!(7), json!("a\u{0}")] {
        let answer = server.usm("session/close", &json!({ "session_guid": guids.bearer, "reason": reason })).await;
        assert_eq!((answer.status, answer.bad_fields()), (400, vec!["reason"]));
    }
    let reason = "\u{e9}".repeat(256);
    let answer = server.usm("session/close", &json!({ "session_guid": guids.bearer, "reason": reason })).await;
    assert!(answer.status == 200 && !answer.text.contains(&reason));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_closes_at_once_one_closes_and_none_is_told_valid_after() {
    let server = Server::start().await;
    let guids = server.open(ADA).await;
    let mut closes = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (server, guid) = (server.clone(), guids.bearer.clone());
        closes.spawn(async move {
            let closed = server.with_guid("session/close", &guid).await;
            (closed.status, server.with_guid("session/validate", &guid).await.status)
        });
    }
    let outcomes = closes.join_all().await;
    assert_eq!(outcomes.iter().filter(|(closed, _)| *closed == 200).count(), 1);
    assert!(outcomes.iter().all(|(closed, after)| matches!(closed, 200 | 401) && *after == 401), "{outcomes:?}");
}
