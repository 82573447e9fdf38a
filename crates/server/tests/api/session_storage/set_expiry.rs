//! `POST /session-storage/sessions/{session_id}`

use cloakroom_engine::policy::Policy;
use serde_json::json;

use super::{ask, check_error, created, one, peopled, peopled_with, request};
use crate::support::Setup;

#[tokio::test]
async fn it_expires_so_many_seconds_from_now() {
    let server = peopled().await;
    let path = one(&created(&server, "keeper", &json!({})).await["id"]);
    server.pass(60);
    let longer = ask(&server, "keeper", "POST", &format!("{path}?ttl_seconds=31536000")).await;
    assert_eq!((longer.status, longer.text.as_str()), (204, ""));
    let shown = ask(&server, "keeper", "GET", &path).await.body["data"].clone();
    assert_eq!((&shown["expires_at"], &shown["updated_at"]), (&json!("2027-01-02T03:05:05Z"), &json!("2026-01-02T03:05:05Z")));
    // The query counts; the body where there is none.
    let both = server.send(request("keeper", "POST", &format!("{path}?ttl_seconds=100"), r#"{"data":{"ttl_seconds":5}}"#)).await;
    assert_eq!(both.status, 204);
    assert_eq!(ask(&server, "keeper", "GET", &path).await.body["data"]["expires_at"], json!("2026-01-02T03:06:45Z"));
    let body = server.send(request("keeper", "POST", &path, r#"{"data":{"ttl_seconds":2}}"#)).await;
    assert_eq!(body.status, 204);
    server.pass(1);
    assert_eq!(ask(&server, "keeper", "GET", &path).await.body["data"]["expires_at"], json!("2026-01-02T03:05:07Z"));
    server.pass(1);
    assert_eq!(ask(&server, "keeper", "GET", &path).await.status, 404);
    server.pass(1);
    assert_eq!(server.engine.sweep_dead_sessions(9).await.unwrap().ended, 1);
}

#[tokio::test]
async fn a_session_of_usm_obeys_at_once() {
    let server = peopled().await;
    let guids = server.open("ada@example.com").await;
    server.pass(9);
    assert_eq!(server.with_guid("session/validate", &guids.bearer).await.status, 200);
    let path = one(&super::listed(&server, "keeper").await[0]["id"]);
    assert_eq!(ask(&server, "keeper", "POST", &format!("{path}?ttl_seconds=3")).await.status, 204);
    server.engine.save_touches(true, 99).await.unwrap();
    let list = server.with_guid("session/list", &guids.bearer).await;
    assert_eq!(list.data()["sessions"][0]["expires_at_utc"], json!("2026-01-02T03:04:17.007Z"));
    server.pass(3);
    assert_eq!(server.with_guid("session/validate", &guids.bearer).await.status, 401);
}

#[tokio::test]
async fn a_session_of_usm_is_not_moved_past_its_absolute_lifetime() {
    let mut policy = Policy::default();
    policy.sessions.absolute_ttl_seconds = 86_400;
    let server = peopled_with(Setup { policy, ..Setup::default() }).await;
    let guids = server.open("ada@example.com").await;
    let path = one(&super::listed(&server, "keeper").await[0]["id"]);
    assert_eq!(ask(&server, "keeper", "POST", &format!("{path}?ttl_seconds=31536000")).await.status, 204);
    assert_eq!(ask(&server, "keeper", "GET", &path).await.body["data"]["expires_at"], json!("2026-01-03T03:04:05Z"));
    server.pass(86_400);
    assert_eq!(server.with_guid("session/validate", &guids.bearer).await.status, 401);
}

#[tokio::test]
async fn what_is_no_time_to_live_changes_nothing() {
    let server = peopled().await;
    let path = one(&created(&server, "keeper", &json!({})).await["id"]);
    let before = ask(&server, "keeper", "GET", &path).await.text;
    for bad in ["0", "-1", "31536001", "99999999999999999999", "1.5", "x", "", "+5", "5&ttl_seconds=5"] {
        let answer = ask(&server, "keeper", "POST", &format!("{path}?ttl_seconds={bad}")).await;
        assert_eq!(answer.status, 400, "{bad}: {}", answer.text);
    }
    for bad in [
        "",
        "{}",
        "[]",
        "{",
        r#"{"data":5}"#,
        r#"{"data":{"ttl_seconds":0}}"#,
        r#"{"data":{"ttl_seconds":"5"}}"#,
        r#"{"data":{"ttl_seconds":31536001}}"#,
        r#"{"ttl_seconds":5}"#,
    ] {
        let answer = server.send(request("keeper", "POST", &path, bad)).await;
        assert_eq!(answer.status, 400, "{bad}: {}", answer.text);
        check_error(&answer, &path);
    }
    assert_eq!(ask(&server, "keeper", "GET", &path).await.text, before);
    let nowhere = ask(&server, "keeper", "POST", "/session-storage/sessions/ada.00000000.00000001?ttl_seconds=0").await;
    assert_eq!(nowhere.status, 400, "validation comes before existence");
}
