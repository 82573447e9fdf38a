//! Whatever is sent: the envelope, never a 5xx, every bad field named, no value repeated, and the server goes on.

use axum::body::{Body, Bytes};
use http_body_util::{BodyExt as _, Full};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::support::{ADA, ADA_PASSCODE, Answer, Operation, Owned, Server, call, usm_operations};

/// Stands in everything that is sent and must stand in no error.
const MARKER: &str = "s3cret-marker";

fn must_not_repeat(answer: &Answer) {
    assert!(answer.status < 500, "{}", answer.text);
    assert!(!answer.body["error"].to_string().contains(MARKER), "{}", answer.text);
}

/// A server on which every route can succeed, and what to show it: everything new for each operation, since some end it.
struct Scene {
    ada: Owned,
    account: String,
    key: (String, String),
}

impl Scene {
    async fn new(server: &Server) -> Self {
        let ada = server.acme().await;
        let account = ada.account().await;
        let key = ada.key(&account).await;
        Self { ada, account, key }
    }

    /// A body in which everything that is required is right.
    fn good(&self, operation: &Operation) -> Map<String, Value> {
        let value = |name: &str| match name {
            "session_guid" => json!(self.ada.guid),
            "email" => json!(ADA),
            "passcode" => json!(ADA_PASSCODE),
            "orgcode" => json!(self.ada.org),
            "service_account_id" => json!(self.account),
            "api_key_id" => json!(self.key.1),
            "caption" => json!("till"),
            "roles" => json!(["pvv"]),
            "status" => json!("doomed"),
            "metadata" => json!({ "tier": "gold" }),
            "metadata_edition" => json!(0),
            other => panic!("give the required field {other} a good value here"),
        };
        // Where a key may stand in the place of the session, neither is required by itself.
        let session = operation.fields.iter().map(|(name, _)| name).filter(|name| *name == "session_guid");
        let mut body: Map<_, _> = operation.required.iter().chain(session).map(|name| (name.clone(), value(name))).collect();
        if takes_a_key(operation) {
            body.insert("api_key".into(), json!(self.key.0));
        }
        body
    }
}

/// Whether the route takes an API key, which the document cannot require: it may stand in a header.
fn takes_a_key(operation: &Operation) -> bool {
    operation.path == "/usm/api_key/validate"
}

/// Values of every type but the field's own.
fn mistyped(schema: &Value) -> Vec<Value> {
    let is = |name: &str| match &schema["type"] {
        Value::String(one) => one == name,
        Value::Array(several) => several.iter().any(|one| one == name),
        _ => false,
    };
    let mut values = vec![json!([MARKER]), json!([])];
    if !is("object") {
        values.extend([json!({ "a": MARKER }), json!({})]);
    }
    if !is("string") {
        values.extend([json!(MARKER), json!(""), json!("5"), json!("true")]);
    }
    if !is("integer") && !is("number") {
        values.extend([json!(5), json!(-1), json!(1.5), json!(0)]);
    }
    if !is("boolean") {
        values.extend([json!(true), json!(false)]);
    }
    values
}

#[tokio::test]
async fn every_documented_field_is_named_when_its_type_is_wrong() {
    let server = Server::with_orgs().await;
    let scene = Scene::new(&server).await;
    for operation in usm_operations() {
        assert!(operation.fields.len() >= 4, "{} documents its fields", operation.path);
        for (field, schema) in &operation.fields {
            for wrong in mistyped(schema) {
                let mut body = scene.good(&operation);
                body.insert(field.clone(), wrong.clone());
                let answer = server.send(call("POST", &operation.path, Value::Object(body).to_string())).await;
                assert_eq!(answer.refusal(), (400, "validation-error"), "{} {field}: {wrong}", operation.path);
                assert_eq!(answer.bad_fields(), [field], "{} {wrong}", operation.path);
                must_not_repeat(&answer);
            }
        }
    }
    server.with_guid("session/validate", &scene.ada.guid).await.data();
    server.shows(&scene.key.0).await.data();
}

#[tokio::test]
async fn all_bad_fields_are_named_at_once() {
    let server = Server::start().await;
    for operation in usm_operations() {
        let body: Map<_, _> = operation.fields.iter().map(|(field, _)| (field.clone(), json!([MARKER]))).collect();
        let answer = server.send(call("POST", &operation.path, Value::Object(body).to_string())).await;
        let mut named = answer.bad_fields();
        named.sort_unstable();
        let mut expected: Vec<_> = operation.fields.iter().map(|(field, _)| field.as_str()).collect();
        expected.sort_unstable();
        assert_eq!((answer.refusal(), named), ((400, "validation-error"), expected), "{}", operation.path);
        must_not_repeat(&answer);
    }
}

#[tokio::test]
async fn every_required_field_is_named_when_it_is_missing_or_null() {
    let server = Server::with_orgs().await;
    let scene = Scene::new(&server).await;
    for operation in usm_operations() {
        for field in &operation.required {
            for null in [false, true] {
                let mut body = scene.good(&operation);
                body.remove(field);
                if null {
                    body.insert(field.clone(), Value::Null);
                }
                let answer = server.send(call("POST", &operation.path, Value::Object(body).to_string())).await;
                assert_eq!(
                    (answer.refusal(), answer.bad_fields()),
                    ((400, "validation-error"), vec![field.as_str()]),
                    "{}",
                    operation.path
                );
            }
        }
    }
}

#[tokio::test]
async fn optional_fields_may_be_null_and_unknown_ones_are_let_be() {
    let server = Server::with_orgs().await;
    for operation in usm_operations() {
        let mut body = Scene::new(&server).await.good(&operation);
        let given: Vec<_> = body.keys().cloned().collect();
        let optional = operation.fields.iter().filter(|(field, _)| !given.contains(field));
        body.extend(optional.map(|(field, _)| (field.clone(), Value::Null)));
        body.insert(MARKER.into(), json!({ "deep": [1, 2, 3] }));
        server.send(call("POST", &operation.path, Value::Object(body).to_string())).await.data();
    }
}

fn not_an_object() -> Vec<Vec<u8>> {
    let deep = |open: &str, close: &str| [open.repeat(10_000), close.repeat(10_000)].concat().into_bytes();
    let mut bodies: Vec<Vec<u8>> = [
        "",
        " ",
        "{",
        "}",
        "nul",
        "null",
        "true",
        "5",
        "\"s3cret-marker\"",
        "[]",
        "[{}]",
        "[\"s3cret-marker\"]",
        "{\"s3cret-marker\"}",
        "{\"a\":}",
        "{'a':1}",
        "{a:1}",
        "{\"a\":1,}",
        "{} {}",
        "{}s3cret-marker",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":.5}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":1e400}",
        "{\"limit\":-1e400}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00s3cret-marker\"}",
        "{\"a\":\"\\ud800\\u0041\"}",
        "{\"a\":\"\\x41\"}",
        "{\"a\":\"tab\there\"}",
        "{\"a\":\"nul\u{0}here\"}",
        "// s3cret-marker\n{}",
        "\u{feff}{}",
        "{\"s3cret-marker\":1,\"s3cret-marker\":1}",
        "{\"a\":1,\"\\u0061\":2}",
        "{\"x\":{\"y\":1,\"y\":2}}",
        "session_guid=s3cret-marker",
        "<xml>s3cret-marker</xml>",
        "\u{0}",
        "{\u{0}}",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into();
    let in_a_field = format!("{{\"session_guid\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000)).into_bytes();
    bodies.extend([in_a_field, deep("[", "]"), deep("{\"a\":", "}"), "[".repeat(60_000).into_bytes()]);
    bodies.extend([vec![0xff, 0xfe], b"{\"a\":\"\xff s3cret-marker\"}".to_vec(), b"{\"a\":\"\xed\xa0\x80\"}".to_vec(), b"\xc3".to_vec()]);
    bodies
}

#[tokio::test]
async fn what_is_no_json_object_is_a_validation_error() {
    let server = Server::start().await;
    let guid = server.ada().await;
    for operation in usm_operations() {
        for body in not_an_object() {
            let shown = String::from_utf8_lossy(&body).chars().take(80).collect::<String>();
            let answer = server.send(call("POST", &operation.path, body)).await;
            assert_eq!(answer.refusal(), (400, "validation-error"), "{} {shown}", operation.path);
            must_not_repeat(&answer);
        }
    }
    server.with_guid("session/validate", &guid).await.data();
}

#[tokio::test]
async fn a_huge_body_is_413() {
    let server = Server::start().await;
    let huge = json!({ "session_guid": MARKER, "padding": "x".repeat(70_000) }).to_string();
    for operation in usm_operations() {
        // Announced, and not.
        let unannounced = Body::new(Full::new(Bytes::from(huge.clone())).map_frame(|frame| frame));
        for body in [Body::from(huge.clone()), unannounced] {
            let answer = server.send(call("POST", &operation.path, body)).await;
            assert_eq!(answer.status, 413, "{}", operation.path);
            must_not_repeat(&answer);
        }
    }
}

#[tokio::test]
async fn a_large_head_is_431() {
    let server = Server::start().await;
    for operation in usm_operations() {
        let mut request = call("POST", &operation.path, "{}");
        request.headers_mut().insert("x-padding", "x".repeat(40_000).parse().unwrap());
        assert_eq!(server.send(request).await.status, 431, "{}", operation.path);
    }
}

#[tokio::test]
async fn the_content_type_decides_nothing_bad() {
    let server = Server::start().await;
    let guid = server.ada().await;
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "nonsense", ""] {
        let mut request = call("POST", "/usm/session/validate", json!({ "session_guid": guid }).to_string());
        request.headers_mut().insert("content-type", kind.parse().unwrap());
        let answer = server.send(request).await;
        assert!(matches!(answer.status, 200 | 400 | 415), "{kind}: {}", answer.text);
    }
}

#[tokio::test]
async fn control_characters_are_refused_where_text_is_shown_again() {
    let server = Server::with_orgs().await;
    for operation in usm_operations() {
        let scene = Scene::new(&server).await;
        for (field, _) in operation
            .fields
            .iter()
            .filter(|(field, _)| ["actor", "orgcode", "cccode", "reason", "caption", "session_label"].contains(&field.as_str()))
        {
            for control in ["\u{0}", "\u{1b}[31m", "\r\n", "\u{85}", "\u{7f}"] {
                let mut body = scene.good(&operation);
                body.insert(field.clone(), json!(format!("{MARKER}{control}")));
                let answer = server.send(call("POST", &operation.path, Value::Object(body).to_string())).await;
                assert_eq!((answer.status, answer.bad_fields()), (400, vec![field.as_str()]), "{} {control:?}", operation.path);
                must_not_repeat(&answer);
            }
        }
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        Just(json!("active")),
        Just(json!("00000000-0000-4000-8000-000000000000")),
        Just(json!("2026-01-02T03:04:05Z")),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(".{0,8}", inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_fields_hold_it_is_answered(values in prop::collection::vec(any_json(), 16), noise in prop::collection::vec(any::<u8>(), 0..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let server = Server::empty(crate::support::Setup::default());
            for operation in usm_operations() {
                let names = operation.fields.iter().map(|(field, _)| field.clone());
                let body: Map<_, _> = names.zip(values.iter().cloned()).collect();
                for body in [Value::Object(body).to_string().into_bytes(), noise.clone()] {
                    let answer = server.send(call("POST", &operation.path, body)).await;
                    prop_assert!((400..500).contains(&answer.status), "{}", answer.text);
                }
            }
            Ok(())
        })?;
    }
}
