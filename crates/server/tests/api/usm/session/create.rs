//! `POST /usm/session/create`: the record, its bounds, its wishes.

use serde_json::{Value, json};

use crate::support::{ADA, ADA_PASSCODE, Server};

fn wish(more: Value) -> Value {
    let mut body = json!({ "email": ADA, "passcode": ADA_PASSCODE });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

fn is_guid(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.bytes().all(|b| b == b'-' || b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[tokio::test]
async fn the_record_has_exactly_the_documented_fields() {
    let server = Server::start().await;
    let record = server.opened(wish(json!({ "caption": "Ada's phone", "session_label": "phone" }))).await;
    let mut names: Vec<_> = record.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected = [
        "archived",
        "archived_at_utc",
        "caption",
        "created_at_utc",
        "doom_reason",
        "doomed_at_utc",
        "expires_at_utc",
        "last_validated_at_utc",
        "metadata",
        "metadata_edition",
        "reference_guid",
        "session_guid",
        "session_label",
        "status",
        "ttl_refresh_enabled",
        "ttl_seconds",
        "user_id",
    ];
    assert_eq!(names, expected);
    assert!(is_guid(record["session_guid"].as_str().unwrap()) && is_guid(record["reference_guid"].as_str().unwrap()), "{record}");
    assert_ne!(record["session_guid"], record["reference_guid"]);
    assert!(record["user_id"].as_str().unwrap().starts_with("usr_"), "{record}");
    let expected = json!({
        "status": "active", "created_at_utc": "2026-01-02T03:04:05.007Z", "last_validated_at_utc": null,
        "expires_at_utc": "2026-01-02T04:04:05.007Z", "ttl_seconds": 3600, "ttl_refresh_enabled": true, "caption": "Ada's phone",
        "session_label": "phone", "doomed_at_utc": null, "doom_reason": null, "archived": false, "archived_at_utc": null,
        "metadata": {}, "metadata_edition": 0,
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(record[name], *value, "{name}");
    }
}

#[tokio::test]
async fn no_two_sessions_share_a_guid() {
    let server = Server::start().await;
    let mut guids = Vec::new();
    for _ in 0..20 {
        let opened = server.open(ADA).await;
        guids.extend([opened.bearer, opened.reference]);
    }
    let all = guids.len();
    guids.sort_unstable();
    guids.dedup();
    assert_eq!(guids.len(), all);
}

#[tokio::test]
async fn the_email_is_trimmed_and_lower_cased() {
    let server = Server::start().await;
    let plain = server.opened(json!({ "email": ADA, "passcode": ADA_PASSCODE })).await;
    for email in ["  ada@example.com", "ADA@Example.COM", " Ada@example.com  ", "\u{a0}ada@example.com\u{2003}"] {
        let record = server.opened(json!({ "email": email, "passcode": ADA_PASSCODE })).await;
        assert_eq!(record["user_id"], plain["user_id"], "{email}");
    }
}

#[tokio::test]
async fn the_time_to_live_has_bounds() {
    let server = Server::start().await;
    for ttl in [60, 61, 3600, 86_400] {
        assert_eq!(server.opened(wish(json!({ "ttl_seconds": ttl }))).await["ttl_seconds"], ttl);
    }
    let big: Value = serde_json::from_str("1000000000000000000000000000000").unwrap();
    for ttl in [json!(59), json!(86_401), json!(0), json!(-5), json!(1.5), json!(-0.0), json!(1e300), json!(i64::MIN), json!(u64::MAX), big]
    {
        let answer = server.usm("session/create", &wish(json!({ "ttl_seconds": ttl }))).await;
        assert_eq!(answer.refusal(), (400, "validation-error"), "{ttl}");
        assert_eq!(answer.bad_fields(), ["ttl_seconds"], "{ttl}");
    }
}

#[tokio::test]
async fn caption_and_label_have_lengths_in_characters() {
    let server = Server::start().await;
    for (field, most) in [("caption", 256), ("session_label", 64)] {
        for letter in ["x", "\u{e9}", "\u{1f511}"] {
            let longest = letter.repeat(most);
            assert_eq!(server.opened(wish(json!({ field: longest }))).await[field], longest);
            let answer = server.usm("session/create", &wish(json!({ field: letter.repeat(most + 1) }))).await;
            assert_eq!((answer.refusal(), answer.bad_fields()), ((400, "validation-error"), vec![field]), "{letter}");
        }
        for control in ["a\u{0}b", "a\nb", "\u{7f}", "\u{9b}31m", "tab\there"] {
            let answer = server.usm("session/create", &wish(json!({ field: control }))).await;
            assert_eq!((answer.status, answer.bad_fields()), (400, vec![field]), "{control:?}");
        }
        assert_eq!(server.opened(wish(json!({ field: null }))).await[field], Value::Null);
    }
}

#[tokio::test]
async fn the_new_session_works_at_once_and_only_under_its_bearer_guid() {
    let server = Server::start().await;
    let record = server.opened(wish(json!({ "reason": "morning", "cccode": "c" }))).await;
    assert_eq!(server.with_guid("session/validate", record["session_guid"].as_str().unwrap()).await.status, 200);
    let refused = server.with_guid("session/validate", record["reference_guid"].as_str().unwrap()).await;
    assert_eq!(refused.refusal(), (404, "session-not-found"));
}

#[tokio::test]
async fn a_tenant_changes_the_defaults_and_a_wish_is_held_within_them() {
    let server = Server::start().await;
    let policy = json!({ "ttl_seconds": 120, "sliding": false, "absolute_ttl_seconds": 300 });
    let document = json!({
        "tenants": [{ "code": "ACME", "session_policy": policy }],
        "users": [{ "username": "ada", "tenant": "ACME" }],
    });
    server.apply(&document).await;
    let plain = server.opened(wish(json!({}))).await;
    assert_eq!((&plain["ttl_seconds"], &plain["ttl_refresh_enabled"]), (&json!(120), &json!(false)));
    let wished = server.opened(wish(json!({ "ttl_seconds": 86_400, "ttl_refresh_enabled": true }))).await;
    assert_eq!((&wished["ttl_seconds"], &wished["ttl_refresh_enabled"]), (&json!(120), &json!(false)));
    let less = server.opened(wish(json!({ "ttl_seconds": 60 }))).await;
    assert_eq!((&less["ttl_seconds"], &less["ttl_refresh_enabled"]), (&json!(60), &json!(false)));
}

#[tokio::test]
async fn missing_fields_are_named_together() {
    let server = Server::start().await;
    let answer = server.usm("session/create", &json!({ "caption": 5 })).await;
    let mut fields = answer.bad_fields();
    fields.sort_unstable();
    assert_eq!((answer.refusal(), fields), ((400, "validation-error"), vec!["caption", "email", "passcode"]));
    let answer = server.usm("session/create", &json!({ "email": "", "passcode": "" })).await;
    assert_eq!((answer.refusal(), answer.bad_fields()), ((400, "validation-error"), vec!["email", "passcode"]));
    let answer = server.usm("session/create", &json!({ "email": ADA, "passcode": null })).await;
    assert_eq!((answer.refusal(), answer.bad_fields()), ((400, "validation-error"), vec!["passcode"]));
}
