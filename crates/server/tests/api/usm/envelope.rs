//! The envelope beyond what [`crate::support`] checks of every answer: echoes, fingerprints, request ids.

use serde_json::json;

use crate::support::{ADA, ADA_PASSCODE, Server, usm};

#[tokio::test]
async fn success_and_failure_echo_what_the_body_carried() {
    let server = Server::start().await;
    let guids = server.open(ADA).await;
    let echo = json!({ "actor": "Zoë from the help desk", "orgcode": "acme", "cccode": "c-1" });
    let bodies = [
        ("session/create", json!({ "email": ADA, "passcode": ADA_PASSCODE }), 200),
        ("session/create", json!({ "email": ADA, "passcode": "wrong" }), 401),
        ("session/create", json!({}), 400),
        ("session/validate", json!({ "session_guid": guids.bearer }), 200),
        ("session/validate", json!({ "session_guid": guids.reference }), 404),
        ("session/get", json!({ "session_guid": guids.bearer, "include_archived": 7 }), 400),
        ("session/list", json!({ "session_guid": guids.bearer, "status": "odd" }), 400),
        ("session/nowhere", json!({}), 404),
    ];
    for (route, mut body, status) in bodies {
        let plain = server.usm(route, &body).await;
        assert!(["actor", "orgcode", "cccode"].iter().all(|name| plain.stats().get(*name).is_none()), "{}", plain.text);
        body.as_object_mut().unwrap().extend(echo.as_object().unwrap().clone());
        let answer = server.usm(route, &body).await;
        assert_eq!(answer.status, status, "{route} {}", answer.text);
        if status != 404 || route != "session/nowhere" {
            assert!(echo.as_object().unwrap().iter().all(|(name, value)| answer.stats()[name] == *value), "{}", answer.text);
        }
    }
}

#[tokio::test]
async fn a_fingerprint_tells_credentials_apart_and_is_none() {
    let server = Server::start().await;
    let (one, two) = (server.open(ADA).await, server.open(ADA).await);
    let mut prints = Vec::new();
    for guid in [&one.bearer, &two.bearer, &one.reference] {
        let answer = server.with_guid("session/get", guid).await;
        let print = answer.stats()["session_fingerprint"].as_str().unwrap().to_owned();
        assert_eq!(server.with_guid("session/validate", guid).await.stats()["session_fingerprint"], print, "stable");
        for credential in [&one.bearer, &two.bearer, &one.reference] {
            let bare = credential.replace('-', "");
            assert!(!credential.contains(&print) && !bare.contains(&print) && !print.contains(&bare[..8]), "{print}");
        }
        prints.push(print);
    }
    prints.sort_unstable();
    prints.dedup();
    assert_eq!(prints.len(), 3);
    let created = server.usm("session/create", &json!({ "email": ADA, "passcode": ADA_PASSCODE })).await;
    let guid = created.data()["session_guid"].as_str().unwrap();
    assert!(!created.stats().to_string().contains(&guid[..8]), "{}", created.text);
    assert!(server.with_guid("session/validate", "nonsense").await.stats().get("session_fingerprint").is_none());
}

#[tokio::test]
async fn the_request_id_is_the_callers_or_ours() {
    let server = Server::start().await;
    assert_eq!(server.usm("session/get", &json!({})).await.stats()["request_id"], "minted-by-the-test");
    for (brought, expected) in [("trace-1.A_b", "trace-1.A_b"), ("a b", "minted-by-the-test"), ("", "minted-by-the-test")] {
        let mut request = usm("session/get", &json!({}));
        request.headers_mut().insert("x-request-id", brought.parse().unwrap());
        let answer = server.send(request).await;
        assert_eq!(answer.stats()["request_id"], expected);
        assert_eq!(answer.header("x-request-id"), Some(expected));
    }
}

#[tokio::test]
async fn times_have_three_digits_whatever_the_millisecond() {
    let server = Server::start().await;
    for millis in [0, 1, 10, 100, 120, 999] {
        server.clock.set(cloakroom_engine::clock::Timestamp::from_millis(1_767_323_045_000 + millis));
        let record = server.opened(json!({ "email": ADA, "passcode": ADA_PASSCODE })).await;
        assert_eq!(record["created_at_utc"], format!("2026-01-02T03:04:05.{millis:03}Z"));
    }
}

#[tokio::test]
async fn an_echo_that_cannot_be_is_a_bad_field() {
    let server = Server::start().await;
    for name in ["actor", "orgcode", "cccode"] {
        for wrong in [json!(5), json!("x".repeat(257)), json!("a\u{0}b"), json!(["x"])] {
            let answer = server.usm("session/create", &json!({ "email": ADA, "passcode": ADA_PASSCODE, name: wrong })).await;
            assert_eq!((answer.refusal(), answer.bad_fields()), ((400, "validation-error"), vec![name]));
            assert!(answer.stats().get(name).is_none());
        }
    }
}
