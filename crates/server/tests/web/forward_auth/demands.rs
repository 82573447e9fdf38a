//! What a proxy demands.

use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use super::{ask, cookie, given, key, scene, token, why};
use crate::support::call;

/// What ada is told to each of these.
const DEMANDS: &[(&str, u16, &str)] = &[
    ("?tenant=ACME", 200, ""),
    ("?tenant=acme", 200, ""),
    ("?tenant=BETA", 200, ""),
    ("?tenant=GAMMA", 403, "tenant"),
    ("?tenant=GAMMA,BETA", 200, ""),
    ("?tenant=ACME&tenant=BETA", 200, ""),
    ("?tenant=ACME&tenant=GAMMA", 403, "tenant"),
    ("?role=ACME:owner", 200, ""),
    ("?role=BETA:owner", 403, "role"),
    ("?role=BETA:owner,BETA:member", 200, ""),
    ("?role=ACME:owner&role=operator", 403, "role"),
    ("?role=super_admin", 403, "role"),
    ("?tenant=ACME&role=ACME:owner", 200, ""),
    ("?scope=admin:read", 403, "scope"),
    // What cannot be meant lets nobody in, whoever it is.
    ("?tenants=ACME", 403, "bad-query"),
    ("?tenant=", 403, "bad-query"),
    ("?tenant=ACME,", 403, "bad-query"),
    ("?role=owner", 403, "bad-query"),
    ("?role=none", 403, "bad-query"),
    ("?role=Super_admin", 403, "bad-query"),
    ("?Tenant=ACME", 403, "bad-query"),
    ("?redirect=0", 403, "bad-query"),
    ("?x", 403, "bad-query"),
    ("?tenant=ACME;role=ACME:owner", 403, "bad-query"),
];

#[tokio::test]
async fn all_that_is_demanded_has_to_hold() {
    let server = scene().await;
    let (cookie, token) = (cookie(&server, "ada").await, format!("Bearer {}", token(&server, "ada").await));
    for (query, status, reason) in DEMANDS {
        for shown in [("cookie", cookie.as_str()), ("authorization", &token)] {
            assert_eq!(why(&ask(&server, query, &[shown]).await), (*status, *reason), "{query}");
        }
        assert_eq!(ask(&server, query, &[]).await.status, 401, "{query}: a stranger is told nothing of it");
    }
}

#[tokio::test]
async fn a_tenant_that_closes_is_nobodys() {
    let server = scene().await;
    let cookie = cookie(&server, "ada").await;
    let asked = async |query| ask(&server, query, &[("cookie", &cookie)]).await.status;
    assert_eq!((asked("?tenant=BETA").await, asked("?role=BETA:member").await), (200, 200));
    server.apply(&json!({ "tenants": [{ "code": "BETA", "status": "suspended" }] })).await;
    assert_eq!((asked("?tenant=BETA").await, asked("?role=BETA:member").await, asked("").await), (403, 403, 200));
}

#[tokio::test]
async fn machines_are_held_to_what_they_are() {
    let server = scene().await;
    let (key, _) = key(&server).await;
    for (query, status, reason) in [
        ("?tenant=ACME", 200, ""),
        ("?tenant=BETA", 403, "tenant"),
        ("?role=ACME:pvv", 200, ""),
        ("?role=ACME:owner", 403, "role"),
        ("?scope=admin:read", 403, "scope"),
    ] {
        assert_eq!(why(&ask(&server, query, &[("x-api-key", &key)]).await), (status, reason), "{query}");
    }
    server.apply(&json!({ "tenants": [{ "code": "ACME", "status": "frozen" }] })).await;
    assert_eq!(why(&ask(&server, "", &[("x-api-key", &key)]).await), (403, "org-closed"));
}

#[tokio::test]
async fn an_application_needs_the_scope_and_is_of_its_tenant_by_id() {
    let server = scene().await;
    let me = call("GET", "/api/v1/me", "");
    let me = server.send(with_token(me, &token(&server, "ada").await)).await;
    let acme = me.body["data"]["tenant_id"].as_str().unwrap();
    let machine = format!("Bearer {}", given(&server, "machine", "grant_type=client_credentials").await);
    for (query, status, reason) in [
        ("".to_owned(), 403, "application"),
        ("?tenant=ACME".to_owned(), 403, "application"),
        ("?scope=admin:write".to_owned(), 403, "scope"),
        ("?scope=admin:write,admin:read".to_owned(), 200, ""),
        ("?scope=admin:read&scope=admin:write".to_owned(), 403, "scope"),
        (format!("?scope=admin:read&tenant={acme}"), 200, ""),
        ("?scope=admin:read&tenant=ACME".to_owned(), 403, "tenant"),
        ("?scope=admin:read&role=super_admin".to_owned(), 403, "role"),
    ] {
        assert_eq!(why(&ask(&server, &query, &[("authorization", &machine)]).await), (status, reason), "{query}");
    }
}

fn with_token(mut request: Request<Body>, token: &str) -> Request<Body> {
    request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    request
}

/// The cookie could not follow, and would end before its session.
#[tokio::test]
async fn who_is_not_let_in_moves_no_expiry() {
    let server = scene().await;
    let cookie = cookie(&server, "ada").await;
    server.pass(21_601);
    assert_eq!(ask(&server, "?role=super_admin", &[("cookie", &cookie)]).await.status, 403);
    let answer = ask(&server, "", &[("cookie", &cookie)]).await;
    assert!(answer.header("set-cookie").is_some(), "it is renewed at the next question: {:?}", answer.headers);
}

#[tokio::test]
async fn who_is_refused_stands_in_the_trail() {
    let server = scene().await;
    let cookie = cookie(&server, "ada").await;
    for _ in 0..3 {
        ask(&server, "?role=super_admin", &[("cookie", &cookie)]).await;
    }
    assert_eq!(server.engine.refusals(cloakroom_engine::callers::Refused::Role), 3);
}
