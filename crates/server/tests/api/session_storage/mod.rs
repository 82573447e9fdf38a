//! Session storage, against docs/contracts/session_storage.md: one file per endpoint, and one per rule that crosses them.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::support::{Answer, Server, Setup, call};

mod bad_input;
mod callers;
mod create;
mod delete;
mod ending;
mod get;
mod list;
mod metadata;
mod set_expiry;
mod tokens;

pub const SECRET: &str = "a-secret-of-the-shop";
pub const SESSIONS: &str = "/session-storage/sessions";

/// Ada of ACME and Bob of BETA; of Ada's: a keeper and a second one of ACME, one of BETA, a disabled one; one of Bob's; one of nobody's.
pub async fn peopled() -> Server {
    peopled_with(Setup::default()).await
}

pub async fn peopled_with(setup: Setup) -> Server {
    let server = Server::empty(setup);
    server.engine.refresh_signing_keys().await.unwrap();
    let application = |client_id: &str, tenant: &str, owner: &str| json!({ "client_id": client_id, "tenant": tenant, "owner": owner, "client_secret": SECRET });
    let mut disabled = application("disabled", "ACME", "ada");
    disabled["status"] = json!("disabled");
    let orphan = json!({ "client_id": "orphan", "tenant": "ACME", "client_secret": SECRET });
    server
        .apply(&json!({
            "tenants": [{ "code": "ACME" }, { "code": "BETA" }],
            "users": [
                { "username": "ada", "email": "ada@example.com", "password": "Correct-horse-7", "tenant": "ACME" },
                { "username": "bob", "email": "bob@example.com", "password": "Correct-horse-7", "tenant": "BETA" },
            ],
            "applications": [application("keeper", "ACME", "ada"), application("second", "ACME", "ada"), application("far", "BETA", "ada"), application("bobs", "BETA", "bob"),
                disabled, orphan],
        }))
        .await;
    server
}

pub fn request(client_id: &str, method: &str, path: &str, body: impl Into<Body>) -> Request<Body> {
    let mut request = call(method, path, body);
    request.headers_mut().insert("ClientID", client_id.parse().unwrap());
    request.headers_mut().insert("ClientSecret", SECRET.parse().unwrap());
    request
}

pub async fn ask(server: &Server, client_id: &str, method: &str, path: &str) -> Answer {
    let answer = server.send(request(client_id, method, path, "")).await;
    if answer.status >= 400 {
        check_error(&answer, path.split('?').next().unwrap());
    }
    answer
}

/// The data of a new session.
pub async fn created(server: &Server, client_id: &str, data: &Value) -> Value {
    let answer = server.send(request(client_id, "POST", "/session-storage/session", json!({ "data": data }).to_string())).await;
    assert_eq!((answer.status, &answer.body["ok"]), (201, &json!(true)), "{}", answer.text);
    answer.body["data"].clone()
}

pub fn one(id: &Value) -> String {
    format!("{SESSIONS}/{}", id.as_str().unwrap())
}

pub async fn listed(server: &Server, client_id: &str) -> Vec<Value> {
    let answer = ask(server, client_id, "GET", SESSIONS).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body["data"].as_array().unwrap().clone()
}

/// Both forms at once, and nothing beside them.
#[track_caller]
pub fn check_error(answer: &Answer, path: &str) {
    let body = answer.body.as_object().unwrap_or_else(|| panic!("{}", answer.text));
    assert_eq!(body.keys().collect::<Vec<_>>(), ["error", "errors", "ok"], "{}", answer.text);
    assert_eq!(body["ok"], json!(false));
    let problems = body["errors"].as_array().unwrap();
    assert!(!problems.is_empty());
    let mut details = Vec::new();
    for problem in problems {
        let names: Vec<_> = problem.as_object().unwrap().keys().collect();
        assert_eq!(names, ["detail", "error_code", "instance", "status", "title", "type"], "{problem}");
        assert_eq!((&problem["instance"], &problem["status"]), (&json!(path), &json!(answer.status)), "{problem}");
        assert!(["title", "type", "error_code"].iter().all(|name| problem[name].as_str().is_some_and(|text| !text.is_empty())));
        details.push(problem["detail"].as_str().unwrap());
    }
    assert_eq!(body["error"], json!(details.join("; ")));
    assert!(!answer.text.contains("minted-by-the-test"), "no body carries a request id: {}", answer.text);
}
