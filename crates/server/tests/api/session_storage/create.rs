//! `POST /session-storage/session` and `/session-storage/sessions`

use serde_json::json;

use super::{SESSIONS, ask, created, listed, one, peopled, request};
use crate::support::Server;

#[tokio::test]
async fn a_session_with_its_tokens() {
    let server = peopled().await;
    let data = created(&server, "keeper", &json!({ "ttl_seconds": 600, "subscriber_count": 3, "intent": "call 7" })).await;
    let id = data["id"].as_str().unwrap();
    let parts: Vec<_> = id.split('.').collect();
    assert!(parts[0] == "ada" && parts[1].len() == 8 && parts[2].len() == 8, "{id}");
    assert_eq!((&data["created_at"], &data["updated_at"]), (&json!("2026-01-02T03:04:05Z"), &json!("2026-01-02T03:04:05Z")));
    assert_eq!((&data["expires_at"], &data["intent"]), (&json!("2026-01-02T03:14:05Z"), &json!("call 7")));
    assert_eq!(data["subscriber"].as_array().unwrap().len(), 3);
    let mut tokens: Vec<_> = data["subscriber"].as_array().unwrap().iter().chain([&data["publisher"]]).map(ToString::to_string).collect();
    tokens.sort();
    tokens.dedup();
    assert_eq!(tokens.len(), 4, "each is another");
    let shown = ask(&server, "keeper", "GET", &one(&data["id"])).await;
    let fields = ["id", "created_at", "updated_at", "expires_at"].map(|name| (name.to_owned(), data[name].clone()));
    assert_eq!(shown.body, json!({ "data": fields.into_iter().collect::<serde_json::Map<_, _>>() }));
}

#[tokio::test]
async fn thirty_days_unless_said_otherwise_and_no_body_is_no_wish() {
    let server = peopled().await;
    for (path, body) in [("/session-storage/session", ""), (SESSIONS, "{}"), (SESSIONS, r#"{"data":null}"#), (SESSIONS, r#"{"data":{}}"#)] {
        let answer = server.send(request("keeper", "POST", path, body)).await;
        assert_eq!((answer.status, answer.header("cache-control")), (201, Some("no-store")), "{}", answer.text);
        let data = &answer.body["data"];
        assert_eq!((&data["expires_at"], &data["subscriber"], &data["intent"]), (&json!("2026-02-01T03:04:05Z"), &json!([]), &json!(null)));
    }
    let long = created(&server, "keeper", &json!({ "ttl_seconds": 365 * 86_400 })).await;
    assert_eq!(long["expires_at"], json!("2027-01-02T03:04:05Z"), "longer than the absolute lifetime of others");
    assert_eq!(listed(&server, "keeper").await.len(), 5);
}

#[tokio::test]
async fn the_cap_is_the_same_as_everywhere() {
    let server = peopled().await;
    server.apply(&json!({ "users": [{ "username": "ada", "session_cap": 32 }] })).await;
    for _ in 0..31 {
        server.open("ada@example.com").await;
    }
    let last = created(&server, "keeper", &json!({})).await;
    let refused = ask(&server, "far", "POST", SESSIONS).await;
    assert_eq!((refused.status, &refused.body["errors"][0]["error_code"]), (429, &json!("too_many_sessions")));
    assert_eq!(listed(&server, "keeper").await.len(), 20, "a page");
    assert_eq!(ask(&server, "keeper", "DELETE", &one(&last["id"])).await.status, 204);
    created(&server, "far", &json!({})).await;
}

#[tokio::test]
async fn an_owner_who_may_not_sign_in_gets_none() {
    let server = peopled().await;
    created(&server, "keeper", &json!({})).await;
    server.apply(&json!({ "users": [{ "username": "ada", "status": "suspended" }] })).await;
    let refused = ask(&server, "keeper", "POST", SESSIONS).await;
    assert_eq!((refused.status, &refused.body["errors"][0]["error_code"]), (403, &json!("owner_inactive")));
    assert!(listed(&server, "keeper").await.is_empty());
}

#[tokio::test]
async fn without_a_signing_key_nothing_is_left_behind() {
    let server = Server::start().await;
    server.apply(&json!({ "applications": [{ "client_id": "keeper", "owner": "ada", "client_secret": super::SECRET }] })).await;
    let failed = ask(&server, "keeper", "POST", SESSIONS).await;
    assert_eq!(failed.status, 500, "{}", failed.text);
    assert!(listed(&server, "keeper").await.is_empty());
}
