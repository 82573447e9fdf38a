//! What is kept with a session: at `session/create`, `session/get` and `POST /usm/session/update`.

use serde_json::{Value, json};

use crate::support::{ADA, ADA_PASSCODE, Answer, Server};

async fn update(server: &Server, guid: &str, metadata: Value, edition: i64) -> Answer {
    server.usm("session/update", &json!({ "session_guid": guid, "metadata": metadata, "metadata_edition": edition })).await
}

async fn opened_with(server: &Server, metadata: &Value) -> (String, String) {
    let opened = server.opened(json!({ "email": ADA, "passcode": ADA_PASSCODE, "metadata": metadata })).await;
    assert_eq!(opened["metadata"], *metadata);
    ["session_guid", "reference_guid"].map(|name| opened[name].as_str().unwrap().to_owned()).into()
}

/// What a record says of it.
fn told(record: &Value) -> (Option<Value>, Option<Value>) {
    (record.get("metadata").cloned(), record.get("metadata_edition").cloned())
}

#[tokio::test]
async fn it_is_shown_where_one_session_is_looked_at_and_nowhere_else() {
    let server = Server::start().await;
    let metadata = json!({ "tier": "gold", "seats": [1, { "row": 2.5 }], "text": "a\nb \u{e4}" });
    let (guid, reference) = opened_with(&server, &metadata).await;
    let expected = (Some(metadata), Some(json!(1)));
    for shown in [&guid, &reference] {
        assert_eq!(told(server.with_guid("session/get", shown).await.data()), expected);
    }
    let listed = server.with_guid("session/list", &guid).await;
    assert_eq!(told(&listed.data()["sessions"][0]), (None, None));
    assert_eq!(told(server.with_guid("session/validate", &guid).await.data()), (None, None));
    let bare = server.opened(json!({ "email": ADA, "passcode": ADA_PASSCODE })).await;
    assert_eq!(told(&bare), (Some(json!({})), Some(json!(0))));
    assert_eq!(told(server.with_guid("session/close", &guid).await.data()), (None, None));
    assert_eq!(told(server.with_guid("session/get", &reference).await.data()), expected, "of what is over, too");
}

#[tokio::test]
async fn whoever_read_what_is_there_replaces_it_and_nobody_else() {
    let server = Server::start().await;
    let (guid, reference) = opened_with(&server, &json!({ "tier": "gold" })).await;
    let changed = update(&server, &guid, json!({ "seat": 7 }), 1).await;
    assert_eq!(told(changed.data()), (Some(json!({ "seat": 7 })), Some(json!(2))));
    assert_eq!((&changed.data()["session_guid"], &changed.data()["status"]), (&json!(reference), &json!("active")));
    for edition in [0, 1, 3] {
        let refused = update(&server, &guid, json!({}), edition).await;
        assert_eq!(refused.refusal(), (409, "metadata-conflict"), "{edition}");
    }
    assert_eq!(told(server.with_guid("session/get", &guid).await.data()), (Some(json!({ "seat": 7 })), Some(json!(2))));
    assert_eq!(told(update(&server, &guid, json!({}), 2).await.data()), (Some(json!({})), Some(json!(3))));
    // A reference is a name: it changes nothing.
    assert_eq!(update(&server, &reference, json!({}), 3).await.refusal(), (404, "session-not-found"));
    server.with_guid("session/close", &guid).await.data();
    assert_eq!(update(&server, &guid, json!({}), 3).await.refusal(), (401, "session-doomed"));
}

#[tokio::test]
async fn it_is_small_and_bad_values_are_named_without_an_echo() {
    let server = Server::start().await;
    let guid = server.open(ADA).await.bearer;
    let most = json!({ "a": "x".repeat(4096 - 8) });
    update(&server, &guid, most, 0).await.data();
    let members = |count: usize| (0..count).map(|number| (format!("n{number}"), json!(1))).collect::<serde_json::Map<_, _>>();
    update(&server, &guid, Value::Object(members(64)), 1).await.data();
    let nested = |levels: usize| (1..levels).fold(json!(1), |value, _| json!({ "a": value }));
    update(&server, &guid, nested(9), 2).await.data();
    let bad = [
        json!({ "a": "s3cret-marker".repeat(400) }),
        Value::Object(members(65)),
        nested(10),
        json!({ "s3cret marker": 1 }),
        json!({ "": 1 }),
        json!(["s3cret-marker"]),
        json!("s3cret-marker"),
        json!(7),
    ];
    for metadata in bad {
        let refused = update(&server, &guid, metadata.clone(), 3).await;
        assert_eq!(refused.refusal(), (400, "validation-error"), "{metadata}");
        assert_eq!(refused.bad_fields(), ["metadata"], "{metadata}");
        assert!(!refused.text.contains("s3cret"), "{}", refused.text);
        let body = json!({ "email": ADA, "passcode": ADA_PASSCODE, "metadata": metadata });
        assert_eq!(server.usm("session/create", &body).await.refusal(), (400, "validation-error"), "{metadata}");
    }
    for edition in [json!(-1), json!(1.5), json!("1"), json!(9_007_199_254_740_992_i64), Value::Null] {
        let body = json!({ "session_guid": guid, "metadata": {}, "metadata_edition": edition });
        assert_eq!(server.usm("session/update", &body).await.bad_fields(), ["metadata_edition"], "{edition}");
    }
    let body = json!({ "session_guid": guid, "metadata_edition": 3 });
    assert_eq!(server.usm("session/update", &body).await.bad_fields(), ["metadata"], "nothing is no object");
}
