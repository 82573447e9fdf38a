//! What the answers look like: every required key, exact times, exact errors.

use serde_json::{Value, json};

use crate::server::Server;

const ITEM: &[&str] = &[
    "id",
    "user_id",
    "user_email",
    "ip_address",
    "user_agent",
    "device_type",
    "is_current",
    "created_at",
    "last_activity_at",
    "expires_at",
    "app_count",
];
const SESSION: &[&str] = &[
    "id",
    "user_id",
    "user_email",
    "user_display_name",
    "ip_address",
    "user_agent",
    "device_type",
    "location",
    "is_current",
    "created_at",
    "last_activity_at",
    "expires_at",
    "sso_apps",
];

#[track_caller]
fn has_exactly(object: &Value, keys: &[&str]) {
    let mut found: Vec<_> = object.as_object().unwrap().keys().map(String::as_str).collect();
    let mut wanted = keys.to_vec();
    found.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(found, wanted);
}

#[track_caller]
fn is_time(value: &Value) {
    let text = value.as_str().unwrap();
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    assert_eq!(shape, "9999-99-99T99:99:99.999Z");
}

#[track_caller]
fn has_meta(answer: &Value) {
    has_exactly(&answer["meta"], &["request_id", "timestamp"]);
    assert_eq!(answer["meta"]["request_id"], "minted");
    is_time(&answer["meta"]["timestamp"]);
}

#[tokio::test]
async fn every_answer_has_every_required_key() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let (user, tenant) = server.whereabouts("end_user", &root).await;
    let own = server.login("end_user").await;
    let session = server.current(&own).await;
    for (path, token) in [
        ("/api/v1/admin/sessions/".to_owned(), &root),
        ("/api/v1/admin/sessions".to_owned(), &root),
        (format!("/api/v1/tenants/{tenant}/sessions"), &root),
        (format!("/api/v1/tenants/{tenant}/sessions?active_only=false"), &root),
        (format!("/api/v1/tenants/{tenant}/sessions/users/{user}"), &root),
        ("/api/v1/me/sessions".to_owned(), &own),
    ] {
        let answer = server.get(&path, token).await.expect(200).json();
        has_meta(&answer);
        let own_list = path.starts_with("/api/v1/me/");
        has_exactly(&answer, if own_list { &["data", "meta"] } else { &["data", "pagination", "meta"] });
        if !own_list {
            has_exactly(&answer["pagination"], &["page", "per_page", "total_items", "total_pages"]);
        }
        let all = answer["data"].as_array().unwrap();
        assert!(!all.is_empty());
        for item in all {
            let admin_list = path.starts_with("/api/v1/admin/");
            has_exactly(item, &[ITEM, if admin_list { &["tenant_id"] } else { &[] }].concat());
            is_time(&item["created_at"]);
            is_time(&item["expires_at"]);
            is_time(&item["last_activity_at"]);
            assert_eq!((&item["device_type"], &item["app_count"]), (&json!("mobile"), &json!(0)));
            assert!(item["id"].as_str().unwrap().starts_with("ses_") && item["user_id"].as_str().unwrap().starts_with("usr_"));
        }
    }
    for path in [format!("/api/v1/admin/sessions/{session}"), format!("/api/v1/tenants/{tenant}/sessions/{session}")] {
        let answer = server.get(&path, &root).await.expect(200).json();
        has_meta(&answer);
        has_exactly(&answer["data"], SESSION);
        assert_eq!(answer["data"]["user_email"], "end_user@example.com");
        assert_eq!(answer["data"]["user_display_name"], "The end_user");
        assert_eq!((&answer["data"]["location"], &answer["data"]["sso_apps"]), (&Value::Null, &json!([])));
        assert_eq!(answer["data"]["is_current"], false);
    }
    let rootless = server.get("/api/v1/admin/sessions?per_page=100", &root).await.json();
    let homeless = rootless["data"].as_array().unwrap().iter().find(|item| item["is_current"] == true).unwrap();
    assert_eq!(homeless["tenant_id"], Value::Null, "present even when null");
}

#[tokio::test]
async fn every_end_tells_what_it_ended() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let (user, tenant) = server.whereabouts("end_user", &root).await;
    let own = server.login("end_user").await;
    server.open("end_user").await;
    server.advance(1);
    let newest = server.newest(&own).await;
    let one = server.delete(&format!("/api/v1/me/sessions/{newest}"), &own).await.expect(200).json();
    has_meta(&one);
    assert_eq!(one["data"], json!({ "revoked_count": 1, "session_ids": [newest] }));
    server.delete(&format!("/api/v1/me/sessions/{newest}"), &own).await.expect(404);

    let others = [server.open("end_user").await, server.open("end_user").await];
    let all = server.post("/api/v1/me/sessions/revoke-all", &own, json!({})).await.expect(200);
    assert_eq!((all.number("/data/revoked_count"), all.at("/data/session_ids").as_array().unwrap().len()), (2, 2));
    for other in &others {
        server.validate(other).await.expect(401);
    }
    assert_eq!(server.get("/api/v1/me/sessions", &own).await.ids().len(), 1, "the one that asks is left");

    let gone = server.delete(&format!("/api/v1/admin/sessions/{}", server.current(&own).await), &root).await.expect(204);
    assert_eq!(gone.text, "");
    let stats = server.get(&format!("/api/v1/tenants/{tenant}/sessions/stats"), &root).await.expect(200).json();
    has_meta(&stats);
    has_exactly(
        &stats["data"],
        &[
            "active_sessions",
            "total_sessions",
            "unique_users",
            "sessions_created_24h",
            "sessions_ended_24h",
            "average_duration_seconds",
            "by_device_type",
            "by_application",
            "by_end_reason",
        ],
    );
    let nobody = server.post("/api/v1/admin/sessions/revoke-all", &root, json!({ "user_id": user })).await.expect(200);
    assert_eq!(nobody.at("/data"), json!({ "revoked_count": 0, "session_ids": [] }));
}

#[tokio::test]
async fn chosen_sessions_end_and_what_is_not_there_is_skipped() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let (user, tenant) = server.whereabouts("tenant_admin_a", &root).await;
    let admin = server.login("tenant_admin_a").await;
    let current = server.current(&admin).await;
    let foreign = server.current(&server.login("bob").await).await;
    server.advance(1);
    let guid = server.open("tenant_admin_a").await;
    let chosen = server.newest(&admin).await;
    let path = format!("/api/v1/tenants/{tenant}/sessions/users/{user}/revoke");
    let named = json!({ "session_ids": [chosen, chosen, foreign, current, "ses_nothing", "x"] });
    let ended = server.post(&path, &admin, named.clone()).await.expect(200);
    assert_eq!(ended.at("/data"), json!({ "revoked_count": 1, "session_ids": [chosen] }), "except_current defaults to true");
    server.validate(&guid).await.expect(401);
    assert_eq!(server.post(&path, &admin, named).await.expect(200).number("/data/revoked_count"), 0);
    let all = json!({ "revoke_all": true, "except_current": false });
    assert_eq!(server.post(&path, &admin, all).await.expect(200).at("/data/session_ids"), json!([current]));
    server.get("/api/v1/me/sessions", &admin).await.expect(401);
    server.get(&format!("/api/v1/admin/sessions/{foreign}"), &root).await.expect(200);
}

#[tokio::test]
async fn bad_values_are_named() {
    let server = Server::start().await;
    let root = server.login("super_admin").await;
    let (user, tenant) = server.whereabouts("end_user", &root).await;
    let list = format!("/api/v1/tenants/{tenant}/sessions");
    for (query, name, kind) in [
        ("page=0", "page", "greater_than_equal"),
        ("page=-1", "page", "greater_than_equal"),
        ("page=x", "page", "int_parsing"),
        ("per_page=0", "per_page", "greater_than_equal"),
        ("per_page=101", "per_page", "less_than_equal"),
        ("active_only=perhaps", "active_only", "bool_parsing"),
    ] {
        let answer = server.get(&format!("{list}?{query}"), &root).await.expect(422);
        assert_eq!(answer.at("/detail/0/loc"), json!(["query", name]), "{query}");
        assert_eq!(answer.at("/detail/0/type"), kind, "{query}");
        assert!(answer.at("/detail/0/msg").is_string());
    }
    assert_eq!(server.get(&format!("{list}?page=0&per_page=0"), &root).await.expect(422).at("/detail").as_array().unwrap().len(), 2);
    server.get(&format!("{list}?page=9223372036854775807&per_page=100"), &root).await.expect(200).at("/pagination");
    let revoke = format!("{list}/users/{user}/revoke");
    let bodies = [json!({}), json!({ "session_ids": null }), json!({ "session_ids": [] }), json!({ "session_ids": "x" }), json!([1])];
    for body in bodies.into_iter().chain([json!({ "session_ids": [1] }), json!({ "revoke_all": "yes" })]) {
        let answer = server.post(&revoke, &root, body).await.expect(422);
        assert_eq!(answer.at("/detail/0/loc/0"), "body");
    }
    for body in [json!({}), json!({ "user_id": null }), json!({ "user_id": 7 })] {
        server.post("/api/v1/admin/sessions/revoke-all", &root, body).await.expect(422);
    }
    server.call("POST", "/api/v1/admin/sessions/revoke-all", Some(&root), None).await.expect(422);
}
