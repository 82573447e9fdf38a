//! Bad bodies of `POST /session-storage/session`: each is told, and nothing is created.

use serde_json::json;

use super::{ask, check_error, created, listed, one, peopled, request};
use crate::support::call;

const PATH: &str = "/session-storage/session";

#[tokio::test]
async fn every_bad_field_is_named_and_no_value_repeated() {
    let server = peopled().await;
    let body = json!({ "data": { "ttl_seconds": 0, "subscriber_count": 11, "intent": "never\u{7}repeated" } });
    let answer = server.send(request("keeper", "POST", PATH, body.to_string())).await;
    assert_eq!(answer.status, 400);
    check_error(&answer, PATH);
    let details: Vec<_> = answer.body["errors"].as_array().unwrap().iter().map(|one| one["detail"].as_str().unwrap()).collect();
    assert_eq!(details.len(), 3);
    assert!(details.iter().zip(["ttl_seconds", "subscriber_count", "intent"]).all(|(detail, name)| detail.starts_with(name)));
    assert!(!answer.text.contains("repeated"));
}

#[tokio::test]
async fn nothing_is_made_of_what_is_bad() {
    let server = peopled().await;
    let data = |data: &str| format!(r#"{{"data":{data}}}"#);
    let bad = [
        "{".to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        "\u{0}".to_owned(),
        data("5"),
        data("[]"),
        data(r#"{"ttl_seconds":-1}"#),
        data(r#"{"ttl_seconds":31536001}"#),
        data(r#"{"ttl_seconds":1e99}"#),
        data(r#"{"ttl_seconds":"60"}"#),
        data(r#"{"ttl_seconds":60,"ttl_seconds":61}"#),
        data(r#"{"subscriber_count":-1}"#),
        data(r#"{"subscriber_count":1.5}"#),
        data(&format!(r#"{{"intent":"{}"}}"#, "x".repeat(256))),
        data(r#"{"intent":7}"#),
    ];
    for body in bad {
        let answer = server.send(request("keeper", "POST", PATH, body.clone())).await;
        assert_eq!(answer.status, 400, "{body}: {}", answer.text);
        check_error(&answer, PATH);
    }
    assert!(listed(&server, "keeper").await.is_empty());
}

#[tokio::test]
async fn a_field_that_nobody_reads_is_named_wherever_it_stands() {
    let server = peopled().await;
    let session = one(&created(&server, "keeper", &json!({})).await["id"]);
    let before = ask(&server, "keeper", "GET", &session).await.text;
    let queried = format!("{session}?ttl_seconds=60");
    let unread = [
        (r#"{"ttl_seconds":600}"#, "the body must not have the field ttl_seconds"),
        (r#"{"data":{},"ttl_seconds":null}"#, "the body must not have the field ttl_seconds"),
        (r#"{"data":{"ttl":600,"ttl_seconds":60}}"#, "data must not have the field ttl"),
        (r#"{"data":{"data":{"ttl_seconds":60}}}"#, "data must not have the field data"),
        (r#"{"Data":{"ttl_seconds":600}}"#, "the body must not have the field Data"),
        (r#"{"data":{"ttl_seconds":60,"a value, gone astray":1}}"#, "data must not have a field with another name"),
    ];
    for path in [PATH, "/session-storage/sessions", &session, &queried] {
        for (body, problem) in unread {
            let answer = server.send(request("keeper", "POST", path, body)).await;
            assert_eq!(answer.status, 400, "{path} {body}: {}", answer.text);
            assert!(answer.text.contains(problem) && !answer.text.contains("astray"), "{path} {body}: {}", answer.text);
            check_error(&answer, path.split('?').next().unwrap());
        }
    }
    assert_eq!(listed(&server, "keeper").await.len(), 1);
    assert_eq!(ask(&server, "keeper", "GET", &session).await.text, before);
}

#[tokio::test]
async fn the_document_says_that_bodies_have_no_other_fields() {
    let server = peopled().await;
    let document = server.send(call("GET", "/session-storage/openapi.json", "")).await.body;
    for body in ["CreateBody", "CreateData", "ExpiryBody", "ExpiryData"] {
        assert_eq!(document["components"]["schemas"][body]["additionalProperties"], json!(false), "{body}");
    }
}
