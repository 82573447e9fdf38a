//! `POST /usm/session/validate`

use cloakroom_engine::policy::{Policy, SessionPolicy};
use serde_json::{Value, json};

use crate::support::{ADA, ADA_PASSCODE, Server, Setup};

async fn opened_with(server: &Server, more: Value) -> String {
    let mut body = json!({ "email": ADA, "passcode": ADA_PASSCODE });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    server.opened(body).await["session_guid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn it_moves_the_expiry_and_tells_when_it_looked() {
    let server = Server::start().await;
    let guid = server.ada().await;
    server.pass(1800);
    let record = server.with_guid("session/validate", &guid).await.data().clone();
    assert_eq!(record["last_validated_at_utc"], "2026-01-02T03:34:05.007Z");
    assert_eq!(record["expires_at_utc"], "2026-01-02T04:34:05.007Z");
    assert_eq!(record["created_at_utc"], "2026-01-02T03:04:05.007Z");
    assert_eq!(record["status"], "active");
}

#[tokio::test]
async fn it_answers_with_the_reference_and_never_the_bearer() {
    let server = Server::start().await;
    let guids = server.open(ADA).await;
    let answer = server.with_guid("session/validate", &guids.bearer).await;
    assert_eq!(answer.data()["session_guid"], guids.reference);
    assert!(!answer.text.contains(&guids.bearer));
    assert!(answer.data().get("reference_guid").is_none() && answer.data().get("is_current").is_none(), "{}", answer.text);
}

#[tokio::test]
async fn without_refresh_the_expiry_stays() {
    let server = Server::start().await;
    let guid = opened_with(&server, json!({ "ttl_refresh_enabled": false, "ttl_seconds": 600 })).await;
    server.pass(599);
    let record = server.with_guid("session/validate", &guid).await.data().clone();
    assert_eq!(record["expires_at_utc"], "2026-01-02T03:14:05.007Z");
    assert_eq!(record["last_validated_at_utc"], "2026-01-02T03:14:04.007Z");
    server.pass(1);
    assert_eq!(server.with_guid("session/validate", &guid).await.refusal(), (401, "ttl-expired"));
}

#[tokio::test]
async fn it_never_slides_past_the_absolute_lifetime() {
    let sessions = SessionPolicy { absolute_ttl_seconds: 5000, ..SessionPolicy::default() };
    let server = Server::with(Setup { policy: Policy { sessions, ..Policy::default() }, ..Setup::default() }).await;
    let guid = server.ada().await;
    server.pass(3000);
    assert_eq!(server.with_guid("session/validate", &guid).await.data()["expires_at_utc"], "2026-01-02T04:27:25.007Z");
    server.pass(1999);
    server.with_guid("session/validate", &guid).await.data();
    server.pass(1);
    assert_eq!(server.with_guid("session/validate", &guid).await.refusal(), (401, "ttl-expired"));
}

#[tokio::test]
async fn ninety_days_is_the_absolute_lifetime_unless_configured() {
    let server = Server::start().await;
    let guid = opened_with(&server, json!({ "ttl_seconds": 86_400 })).await;
    for _ in 0..90 {
        server.with_guid("session/validate", &guid).await.data();
        server.pass(86_399);
    }
    server.with_guid("session/validate", &guid).await.data();
    server.pass(90);
    assert_eq!(server.with_guid("session/validate", &guid).await.refusal(), (401, "ttl-expired"));
}

#[tokio::test]
async fn a_guid_may_be_written_in_upper_case_and_in_no_other_way() {
    let server = Server::start().await;
    let guid = server.ada().await;
    server.with_guid("session/validate", &guid.to_uppercase()).await.data();
    for odd in
        [format!("{{{guid}}}"), format!("urn:uuid:{guid}"), guid.replace('-', ""), format!(" {guid}"), format!("{guid}\n"), "x".repeat(36)]
    {
        let answer = server.with_guid("session/validate", &odd).await;
        assert_eq!((answer.refusal(), answer.bad_fields()), ((400, "validation-error"), vec!["session_guid"]), "{odd:?}");
    }
}

#[tokio::test]
async fn a_clock_that_stepped_back_calls_nothing_valid() {
    let server = Server::start().await;
    let guid = server.ada().await;
    let now = server.engine.now();
    server.clock.set(now.minus(cloakroom_engine::clock::Span::from_seconds(3600)));
    assert_eq!(server.with_guid("session/validate", &guid).await.status, 503);
    server.clock.set(now);
    server.with_guid("session/validate", &guid).await.data();
}

#[tokio::test]
async fn a_storm_of_validations_writes_once_per_lag() {
    let server = Server::start().await;
    let guid = server.ada().await;
    let before = server.database.stats().commands;
    let mut saved = 0;
    for _ in 0..60 {
        for _ in 0..10 {
            server.with_guid("session/validate", &guid).await.data();
        }
        saved += server.engine.save_touches(false, 100).await.unwrap();
        server.pass(1);
    }
    assert!((1..=6).contains(&saved), "600 validations in a minute, a lag of ten seconds: {saved}");
    assert!(server.database.stats().commands - before <= 6);
}
