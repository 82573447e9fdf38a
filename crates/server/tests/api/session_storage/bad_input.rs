//! Bad bodies of `POST /session-storage/session`: each is told, and nothing is created.

use serde_json::json;

use super::{check_error, listed, peopled, request};

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
