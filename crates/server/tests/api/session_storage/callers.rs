//! Every route × every kind of caller.

use std::collections::BTreeSet;

use serde_json::json;

use super::{SECRET, SESSIONS, ask, check_error, created, one, peopled, request};
use crate::support::{call, from_address};

/// Method, path as it is documented, query, status for who may.
const ROUTES: &[(&str, &str, &str, u16)] = &[
    ("POST", "/session-storage/session", "", 201),
    ("POST", "/session-storage/sessions", "", 201),
    ("GET", "/session-storage/sessions", "", 200),
    ("GET", "/session-storage/sessions/{session_id}", "", 200),
    ("POST", "/session-storage/sessions/{session_id}", "?ttl_seconds=60", 204),
    ("POST", "/session-storage/sessions/{session_id}/metadata", "", 200),
    ("DELETE", "/session-storage/sessions/{session_id}", "", 204),
];

#[tokio::test]
async fn every_route_answers_every_caller_as_the_table_says() {
    let server = peopled().await;
    for (method, path, query, good) in ROUTES {
        for (client, expected) in [("keeper", *good), ("far", 404), ("bobs", 404), ("nobody", 401), ("disabled", 403), ("orphan", 403)] {
            let id = created(&server, "keeper", &json!({})).await["id"].clone();
            let named = path.contains('{');
            let expected = if expected == 404 && !named { *good } else { expected };
            let path = path.replace("{session_id}", id.as_str().unwrap());
            let body = if path.ends_with("/metadata") { r#"{"data":{"metadata":{},"metadata_edition":0}}"# } else { "" };
            let answer = server.send(request(client, method, &format!("{path}{query}"), body)).await;
            assert_eq!(answer.status, expected, "{client} {method} {path}: {}", answer.text);
            assert_eq!(answer.header("www-authenticate").is_some(), expected == 401, "{client} {method} {path}");
        }
    }
}

#[tokio::test]
async fn the_table_has_every_documented_route() {
    let documents = cloakroom_server::router::documents();
    let (_, document) = documents.iter().find(|(path, _)| *path == "/session-storage/openapi.yaml").unwrap();
    let document = serde_json::to_value(document).unwrap();
    let mut documented = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        documented.extend(item.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone())));
    }
    documented.remove(&("GET".to_owned(), "/session-storage/openapi.yaml".to_owned()));
    let in_the_table: BTreeSet<_> = ROUTES.iter().map(|(method, path, ..)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(documented, in_the_table);
}

#[tokio::test]
async fn missing_unknown_wrong_and_doubled_credentials_are_one() {
    let server = peopled().await;
    let shown: [&[(&str, &str)]; 8] = [
        &[],
        &[("ClientID", "keeper")],
        &[("ClientSecret", SECRET)],
        &[("ClientID", "nobody"), ("ClientSecret", SECRET)],
        &[("ClientID", "keeper"), ("ClientSecret", "wrong")],
        &[("ClientID", "disabled"), ("ClientSecret", "wrong")],
        &[("ClientID", "keeper"), ("ClientSecret", "")],
        &[("ClientID", "keeper"), ("ClientSecret", SECRET), ("ClientSecret", SECRET)],
    ];
    let mut answers = Vec::new();
    for headers in shown {
        // Neither the query nor the body is looked at before the caller is known.
        let mut request = call("POST", "/session-storage/sessions/x?ttl_seconds=0", "{");
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().unwrap());
        }
        let answer = server.send(from_address(request, "203.0.113.9")).await;
        assert_eq!(answer.status, 401, "{headers:?}: {}", answer.text);
        check_error(&answer, "/session-storage/sessions/x");
        answers.push((answer.text, answer.headers));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    let bearer = {
        let mut request = call("GET", SESSIONS, "");
        request.headers_mut().insert("authorization", "Bearer x".parse().unwrap());
        server.send(request).await
    };
    assert_eq!(bearer.status, 401);
}

#[tokio::test]
async fn a_closed_tenant_opens_nothing() {
    let server = peopled().await;
    let id = created(&server, "far", &json!({})).await["id"].clone();
    server.apply(&json!({ "tenants": [{ "code": "BETA", "status": "suspended" }] })).await;
    let refused = ask(&server, "far", "GET", SESSIONS).await;
    assert_eq!((refused.status, &refused.body["errors"][0]["error_code"]), (403, &json!("tenant_closed")));
    assert_eq!(ask(&server, "keeper", "GET", &one(&id)).await.status, 404, "it was of the application's tenant");
}

#[tokio::test]
async fn other_paths_and_methods_are_refused_in_the_same_form() {
    let server = peopled().await;
    assert_eq!(ask(&server, "keeper", "GET", "/session-storage/other").await.status, 404);
    assert_eq!(ask(&server, "keeper", "GET", "/session-storage/sessions/a/b").await.status, 404);
    let wrong = ask(&server, "keeper", "PUT", SESSIONS).await;
    assert_eq!((wrong.status, wrong.header("allow").is_some()), (405, true));
    let large = server.send(request("keeper", "POST", SESSIONS, "x".repeat(70_000))).await;
    assert_eq!(large.status, 413);
    check_error(&large, SESSIONS);
    let mut head = request("keeper", "GET", SESSIONS, "");
    head.headers_mut().insert("x-large", "x".repeat(33_000).parse().unwrap());
    let head = server.send(head).await;
    assert_eq!(head.status, 431);
    check_error(&head, SESSIONS);
}
