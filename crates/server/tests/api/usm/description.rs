//! `/usm/openapi.yaml`, `/usm/PROTOCOL.md` the document of the operations, and all documents as one.

use serde_json::Value;

use crate::support::{Server, call, usm_operations};

#[tokio::test]
async fn every_document_is_served_and_parses() {
    let server = Server::start().await;
    for path in ["/openapi.yaml", "/openapi/operations.yaml", "/usm/openapi.yaml"] {
        let answer = server.send(call("GET", path, "")).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/yaml")), "{path}");
        let document: Value = serde_saphyr::from_str(&answer.text).unwrap();
        assert!(document["openapi"].as_str().unwrap().starts_with("3."), "{path}");
        assert!(!document["paths"].as_object().unwrap().is_empty(), "{path}");
        let known = |reference: &str| document.pointer(reference.trim_start_matches('#')).is_some();
        let missing: Vec<_> = references(&document).into_iter().filter(|reference| !known(reference)).collect();
        assert!(missing.is_empty(), "{path}: {missing:?}");
    }
}

fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(object) => {
            let own = object.get("$ref").and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(object.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn the_protocol_is_served_and_knows_every_call() {
    let server = Server::start().await;
    let answer = server.send(call("GET", "/usm/PROTOCOL.md", "")).await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").unwrap().starts_with("text/markdown"));
    for operation in usm_operations() {
        let name = operation.path.trim_start_matches("/usm/");
        assert!(answer.text.contains(name), "{name}");
        for (field, _) in operation.fields.iter().filter(|(field, _)| !field.ends_with("next_token")) {
            assert!(answer.text.contains(field), "{name}: {field}");
        }
    }
}

#[test]
fn what_any_call_may_answer_is_documented_for_every_call() {
    for operation in usm_operations() {
        for status in [200, 400, 408, 413, 431, 500, 503] {
            assert!(operation.statuses.contains(&status), "{} does not document {status}", operation.path);
        }
        for field in ["actor", "orgcode", "cccode"] {
            assert!(operation.fields.iter().any(|(name, _)| name == field), "{} does not document {field}", operation.path);
        }
    }
}
