//! What the OpenAPI documents promise, and that no answer is one that they do not know.

use std::sync::LazyLock;

use cloakroom_server::router::documents;
use serde_json::Value;

/// One documented operation.
#[derive(Clone, Debug)]
pub struct Operation {
    pub method: String,
    pub path: String,
    pub statuses: Vec<u16>,
    /// Every field of the JSON body: its name and its schema.
    pub fields: Vec<(String, Value)>,
    pub required: Vec<String>,
}

static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    let documents = documents().into_iter().map(|(_, document)| serde_json::to_value(document).unwrap());
    documents.flat_map(|document| operations(&document)).collect()
});

fn operations(document: &Value) -> Vec<Operation> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let statuses = operation["responses"].as_object().unwrap().keys().map(|status| status.parse().unwrap()).collect();
            let schema = body_schema(document, operation);
            let fields = schema["properties"].as_object().cloned().unwrap_or_default().into_iter().collect();
            let required = schema["required"].as_array().into_iter().flatten().map(|name| name.as_str().unwrap().to_owned()).collect();
            found.push(Operation { method: method.clone(), path: path.clone(), statuses, fields, required });
        }
    }
    found
}

fn body_schema(document: &Value, operation: &Value) -> Value {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let pointer = schema["$ref"].as_str().map(|reference| reference.trim_start_matches('#'));
    pointer.map_or(schema, |pointer| document.pointer(pointer).unwrap()).clone()
}

/// Every documented call of USM.
pub fn usm_operations() -> Vec<Operation> {
    OPERATIONS.iter().filter(|operation| operation.path.starts_with("/usm/") && operation.method == "post").cloned().collect()
}

pub fn is_operation(method: &str, path: &str) -> bool {
    OPERATIONS.iter().any(|operation| operation.method == method && operation.path == path)
}

/// Fails where an operation answered with a status that its document does not list.
pub fn note(method: &str, path: &str, status: u16) {
    let method = method.to_lowercase();
    let Some(operation) = OPERATIONS.iter().find(|operation| operation.method == method && operation.path == path) else { return };
    assert!(operation.statuses.contains(&status), "{method} {path} answered {status}, which its document does not know");
}
