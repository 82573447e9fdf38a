//! `POST /usm/session/get`

use serde_json::json;

use crate::support::{ADA, Server};

const WEEK: u32 = 7 * 86_400;

#[tokio::test]
async fn both_guids_find_the_session_and_neither_is_the_bearer_in_the_answer() {
    let server = Server::start().await;
    let guids = server.open_as(ADA, Some("phone"), Some("p")).await;
    for guid in [&guids.bearer, &guids.reference] {
        let answer = server.with_guid("session/get", guid).await;
        let record = answer.data();
        assert_eq!(
            (&record["session_guid"], &record["caption"], &record["session_label"]),
            (&json!(guids.reference), &json!("phone"), &json!("p"))
        );
        assert_eq!(record["status"], "active");
        assert!(!answer.text.contains(&guids.bearer), "{}", answer.text);
        assert!(record.get("is_current").is_none() && record.get("reference_guid").is_none(), "{record}");
    }
}

#[tokio::test]
async fn looking_moves_neither_expiry_nor_validation() {
    let server = Server::start().await;
    let guids = server.open(ADA).await;
    let before = server.with_guid("session/get", &guids.bearer).await.data().clone();
    server.pass(100);
    assert_eq!(*server.with_guid("session/get", &guids.bearer).await.data(), before);
}

#[tokio::test]
async fn an_archived_session_is_shown_only_when_asked_for() {
    let server = Server::start().await;
    let guids = server.open(ADA).await;
    server.with_guid("session/close", &guids.bearer).await.data();
    server.pass(WEEK + 1);
    server.upkeep().await;
    for guid in [&guids.bearer, &guids.reference] {
        for body in [json!({ "session_guid": guid }), json!({ "session_guid": guid, "include_archived": false })] {
            assert_eq!(server.usm("session/get", &body).await.refusal(), (404, "session-not-found"));
        }
        let answer = server.usm("session/get", &json!({ "session_guid": guid, "include_archived": true })).await;
        let record = answer.data();
        assert_eq!((record["status"].as_str(), record["archived"].as_bool()), (Some("doomed"), Some(true)));
        assert_eq!(record["archived_at_utc"], answer.stats()["timestamp_utc"]);
        assert_eq!(record["doom_reason"], "closed");
    }
}

#[tokio::test]
async fn an_unknown_guid_is_not_found() {
    let server = Server::start().await;
    for include_archived in [false, true] {
        let body = json!({ "session_guid": "00000000-0000-4000-8000-000000000000", "include_archived": include_archived });
        assert_eq!(server.usm("session/get", &body).await.refusal(), (404, "session-not-found"));
    }
}
