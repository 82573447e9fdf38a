//! `POST /session-storage/session` and `/session-storage/sessions`

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloakroom_engine::policy::Policy;
use serde_json::{Value, json};

use super::{SESSIONS, ask, created, listed, one, peopled, peopled_with, request};
use crate::support::{Server, Setup};

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
    let fields =
        ["id", "created_at", "updated_at", "expires_at", "metadata", "metadata_edition"].map(|name| (name.to_owned(), data[name].clone()));
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
async fn what_is_stored_is_counted_apart_and_takes_no_place_of_a_sign_in() {
    let server = peopled().await;
    server.apply(&json!({ "users": [{ "username": "ada", "session_cap": 32 }] })).await;
    let last = created(&server, "keeper", &json!({})).await;
    for _ in 0..31 {
        created(&server, "far", &json!({ "ttl_seconds": 31_536_000 })).await;
    }
    for client in ["keeper", "far"] {
        let refused = ask(&server, client, "POST", SESSIONS).await;
        assert_eq!((refused.status, &refused.body["errors"][0]["error_code"]), (429, &json!("too_many_sessions")), "{client}");
    }
    let sign_in = json!({ "email": "ada@example.com", "passcode": "Correct-horse-7" });
    for _ in 0..32 {
        server.open("ada@example.com").await;
    }
    assert_eq!(server.usm("session/create", &sign_in).await.refusal(), (409, "too-many-sessions"), "her own fill her own places");
    assert_eq!(ask(&server, "keeper", "DELETE", &one(&last["id"])).await.status, 204);
    created(&server, "far", &json!({})).await;
    assert_eq!(ask(&server, "far", "POST", SESSIONS).await.status, 429);
}

#[tokio::test]
async fn stored_sessions_have_a_cap_of_the_servers_own() {
    let mut policy = Policy::default();
    policy.sessions.storage_cap = 2;
    let server = peopled_with(Setup { policy, ..Setup::default() }).await;
    created(&server, "keeper", &json!({})).await;
    created(&server, "keeper", &json!({})).await;
    assert_eq!(ask(&server, "keeper", "POST", SESSIONS).await.status, 429);
    for _ in 0..3 {
        server.open("ada@example.com").await;
    }
}

#[tokio::test]
async fn it_lives_no_longer_than_the_tenant_lets_it() {
    let server = peopled().await;
    server.apply(&json!({ "tenants": [{ "code": "ACME", "session_policy": { "absolute_ttl_seconds": 600 } }] })).await;
    let data = created(&server, "keeper", &json!({ "ttl_seconds": 86_400, "subscriber_count": 1 })).await;
    assert_eq!(data["expires_at"], json!("2026-01-02T03:14:05Z"));
    for token in [&data["publisher"], &data["subscriber"][0]] {
        let claims = token.as_str().unwrap().split('.').nth(1).unwrap();
        let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);
    }
    let path = one(&data["id"]);
    server.pass(300);
    assert_eq!(ask(&server, "keeper", "POST", &format!("{path}?ttl_seconds=86400")).await.status, 204);
    assert_eq!(ask(&server, "keeper", "GET", &path).await.body["data"]["expires_at"], json!("2026-01-02T03:14:05Z"), "from its birth");
    server.pass(300);
    assert_eq!(ask(&server, "keeper", "GET", &path).await.status, 404);
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
