//! Who is let in, and what is told of them.

use axum::http::Method;
use serde_json::json;

use super::{ask, cookie, given, key, question, scene, scene_with, token, told};
use crate::browser::set_cookie;
use crate::support::Answer;

const ADA: (&str, &str) = ("ada", "ACME:owner,BETA:member");

#[tokio::test]
async fn every_credential_says_who_it_is() {
    let server = scene().await;
    let (cookie, token) = (cookie(&server, "ada").await, format!("Bearer {}", token(&server, "ada").await));
    let guid = format!("Session {}", server.open("ada@example.com").await.bearer);
    for shown in [("cookie", &cookie), ("authorization", &token), ("authorization", &guid)] {
        let answer = ask(&server, "", &[(shown.0, shown.1)]).await;
        assert_eq!(told(&answer), ADA, "{shown:?}");
        assert_eq!(answer.header("remote-email"), Some("ada@example.com"));
        assert_eq!(answer.header("remote-name"), Some("Ada Lovelace"));
        assert!(answer.header("x-session-id").unwrap().starts_with("ses_") && answer.text.is_empty());
        assert!(answer.header("x-session-expires").unwrap().ends_with("05Z"), "{:?}", answer.headers);
    }
    let (key, account) = key(&server).await;
    let answer = ask(&server, "", &[("x-api-key", &key)]).await;
    assert_eq!(told(&answer), (account.as_str(), "ACME:pvv"));
    has_nothing(&answer, &["remote-email", "remote-name", "x-session-id", "x-session-expires"]);
    assert!(account.starts_with("sva_"), "{account}");
    let bob = super::cookie(&server, "bob").await;
    let answer = ask(&server, "", &[("cookie", &bob)]).await;
    assert_eq!(told(&answer), ("bob", ""));
    has_nothing(&answer, &["remote-name", "remote-groups"]);
}

/// An empty header, which takes the place of what a client sent.
fn has_nothing(answer: &Answer, names: &[&str]) {
    for name in names {
        assert_eq!(answer.header(name), Some(""), "{name}");
    }
}

#[tokio::test]
async fn whatever_the_method_and_the_body_it_is_the_same_question() {
    let server = scene().await;
    let cookie = cookie(&server, "ada").await;
    for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "TRACE"] {
        for (cookie, status) in [(cookie.as_str(), 200), ("", 401)] {
            let mut request = question("", &[("cookie", cookie)]);
            *request.method_mut() = Method::from_bytes(method.as_bytes()).unwrap();
            *request.body_mut() = "{\"not\":\"looked at".repeat(1000).into();
            assert_eq!(server.head_of(request).await.0, status, "{method}");
        }
    }
    let mut request = question("", &[("cookie", &cookie)]);
    *request.method_mut() = Method::POST;
    *request.body_mut() = "x".repeat(2_000_000).into();
    assert_eq!(server.head_of(request).await.0, 200, "a body that is too large for us is none of our business");
}

#[tokio::test]
async fn a_cookie_is_renewed_by_the_way() {
    let server = scene().await;
    let cookie = cookie(&server, "ada").await;
    server.pass(21_600);
    assert!(set_cookie(&ask(&server, "", &[("cookie", &cookie)]).await, "__Host-cloakroom").is_none());
    server.pass(1);
    let answer = ask(&server, "", &[("cookie", &cookie)]).await;
    let renewed = set_cookie(&answer, "__Host-cloakroom").unwrap();
    assert!(renewed.starts_with(&format!("{cookie};")) && renewed.contains("; Max-Age=43200;"), "{renewed}");
    assert_eq!(answer.header("x-session-expires"), Some("2026-01-02T21:04:06Z"));
    assert!(set_cookie(&ask(&server, "", &[("cookie", &cookie)]).await, "__Host-cloakroom").is_none(), "once");
    server.pass(43_200);
    assert_eq!(ask(&server, "", &[("cookie", &cookie)]).await.status, 401);
}

#[tokio::test]
async fn what_a_user_is_changes_at_once() {
    let server = scene().await;
    let cookie = cookie(&server, "ada").await;
    let groups = async |change: serde_json::Value| {
        server.apply(&change).await;
        let answer = ask(&server, "", &[("cookie", &cookie)]).await;
        told(&answer).1.to_owned()
    };
    let ada = |change: serde_json::Value| {
        let mut user = json!({ "username": "ada" });
        user.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        json!({ "users": [user] })
    };
    assert_eq!(groups(json!({})).await, ADA.1);
    assert_eq!(groups(ada(json!({ "role": "tenant_admin", "is_operator": true }))).await, format!("tenant_admin,operator,{}", ADA.1));
    assert_eq!(groups(json!({ "tenants": [{ "code": "BETA", "status": "frozen" }] })).await, "tenant_admin,operator,ACME:owner");
    assert_eq!(groups(ada(json!({ "memberships": {}, "role": "none" }))).await, "operator");
}

#[tokio::test]
async fn no_name_makes_another_header_and_no_code_another_group() {
    let hostile = "Zoë\u{2028}Remote-User: root\u{202e}";
    let server = scene_with(&[
        ("tenants", json!([{ "code": "ACME" }, { "code": "X,SUPER_ADMIN" }, { "code": "ACME:OWNER" }])),
        (
            "users",
            json!([{ "username": "ada", "email": "ada@example.com", "password": super::PASSWORD, "display_name": hostile,
                "memberships": { "X,SUPER_ADMIN": "member", "ACME:OWNER": "member" } }]),
        ),
    ])
    .await;
    let cookie = cookie(&server, "ada").await;
    let answer = server.send(question("", &[("cookie", &cookie)])).await;
    let name = std::str::from_utf8(answer.headers["remote-name"].as_bytes()).unwrap();
    assert_eq!(name, "Zoë Remote-User: root");
    let groups = told(&answer).1;
    assert_eq!(groups, "X%2CSUPER_ADMIN:member,ACME%3AOWNER:member");
    for role in ["super_admin", "ACME:owner", "ACME:member"] {
        assert_eq!(ask_as(&server, role, &cookie).await, 403, "{role}");
    }
    assert_eq!(ask_as(&server, "X%252CSUPER_ADMIN:member", &cookie).await, 200);
}

async fn ask_as(server: &crate::support::Server, role: &str, cookie: &str) -> u16 {
    server.send(question(&format!("?role={role}"), &[("cookie", cookie)])).await.status
}

#[tokio::test]
async fn an_address_that_is_not_verified_is_not_told() {
    let server = scene().await;
    let (cookie, token) = (cookie(&server, "bob").await, token(&server, "bob").await);
    server.apply(&json!({ "users": [{ "username": "bob", "email": "bobby@example.com", "email_status": "unverified" }] })).await;
    for shown in [("cookie", cookie), ("authorization", format!("Bearer {token}"))] {
        let answer = ask(&server, "", &[(shown.0, &shown.1)]).await;
        assert_eq!((told(&answer).0, answer.header("remote-email")), ("bob", Some("")));
    }
}

#[tokio::test]
async fn an_application_is_let_in_for_a_scope_and_under_its_id() {
    let server = scene().await;
    let machine = format!("Bearer {}", given(&server, "machine", "grant_type=client_credentials").await);
    let answer = ask(&server, "?scope=admin:read", &[("authorization", &machine)]).await;
    assert!(told(&answer).0.starts_with("app_") && told(&answer).1.is_empty(), "{:?}", answer.headers);
    has_nothing(&answer, &["remote-email", "remote-name", "x-session-id", "x-session-expires"]);
}
