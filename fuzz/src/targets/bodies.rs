//! Bodies of every documented operation: examples with values of other types, fields that nobody knows, and bytes that are no JSON.

use std::cell::RefCell;

use cloakroom_server::router::documents;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value, json};

use crate::edits::{Edit, edited, edits};
use crate::ground::{CLIENT_SECRET, Ground, MARKER};
use crate::run::{Held, Run};

/// An operation that takes a body, and one that it takes.
struct Operation {
    method: String,
    path: String,
    is_form: bool,
    example: Map<String, Value>,
}

/// What is done to the body of one of them.
#[derive(Clone, Debug)]
struct Input {
    operation: Index,
    values: Vec<(Index, Value)>,
    unknown: Vec<(String, Value)>,
    edits: Vec<Edit>,
    is_anonymous: bool,
}

fn operations() -> Vec<Operation> {
    let mut found = Vec::new();
    for (_, document) in documents() {
        let document = serde_json::to_value(document).unwrap();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap().iter().filter(|(_, operation)| operation["requestBody"].is_object()) {
                let (kind, content) = operation["requestBody"]["content"].as_object().unwrap().iter().next().unwrap();
                let example = example(&document, content);
                found.push(Operation { method: method.to_uppercase(), path: path.clone(), is_form: kind.contains("form"), example });
            }
        }
    }
    found
}

/// The example of the operation, else one put together of its fields'.
fn example(document: &Value, content: &Value) -> Map<String, Value> {
    if let Some(example) = content["example"].as_object() {
        return example.clone();
    }
    let named = content["schema"]["$ref"].as_str().map(|reference| reference.trim_start_matches('#'));
    let schema = named.and_then(|pointer| document.pointer(pointer)).unwrap_or(&content["schema"]);
    let fields = schema["properties"].as_object().into_iter().flatten();
    fields.map(|(name, field)| (name.clone(), field["examples"][0].clone())).collect()
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(json!(MARKER)),
        ".{0,30}".prop_map(|text| json!(format!("{MARKER}{text}"))),
        (0_usize..70_000).prop_map(|length| json!("x".repeat(length))),
        "[a-z]{3}_[0-9A-Z]{26}".prop_map(Value::from),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,12}Z".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((".{0,12}", inner), 0..6).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn input() -> impl Strategy<Value = Input> {
    let values = vec((any::<Index>(), value()), 0..4);
    let unknown = vec(("[a-zA-Z_]{1,12}", value()), 0..2);
    let edits = prop_oneof![3 => Just(Vec::new()), 1 => edits()];
    (any::<Index>(), values, unknown, edits, prop::bool::weighted(0.2))
        .prop_map(|(operation, values, unknown, edits, is_anonymous)| Input { operation, values, unknown, edits, is_anonymous })
}

impl Input {
    fn body(&self, operation: &Operation, ground: &Ground) -> String {
        let mut body = operation.example.clone();
        if body.contains_key("session_guid") || operation.path.starts_with("/usm/") {
            body.insert("session_guid".into(), json!(ground.session_guid));
        }
        let names: Vec<_> = body.keys().cloned().collect();
        for (at, value) in self.values.iter().filter(|_| !names.is_empty()) {
            body.insert(names[at.index(names.len())].clone(), value.clone());
        }
        body.extend(self.unknown.iter().cloned());
        if operation.is_form {
            let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let pairs: Vec<_> = body.iter().map(|(name, value)| format!("{name}={}", plain(value).replace(['&', '%', '+'], "-"))).collect();
            return edited(&pairs.join("&"), &self.edits);
        }
        edited(&Value::Object(body).to_string(), &self.edits)
    }
}

fn held(ground: &Ground, operations: &[Operation], input: &Input) -> Held {
    let operation = &operations[input.operation.index(operations.len())];
    let bearer = format!("Bearer {}", ground.access);
    let kind = if operation.is_form { "application/x-www-form-urlencoded" } else { "application/json" };
    let mut headers = vec![("content-type", kind)];
    if !input.is_anonymous {
        headers.push(("authorization", &bearer));
        headers.extend([("clientid", "ground"), ("clientsecret", CLIENT_SECRET)]);
    }
    let path = operation.path.replace(['{', '}'], "");
    ground.ask(&operation.method, &path, &headers, input.body(operation, ground).into_bytes()).is_sound()
}

/// # Errors
/// An input that a property does not hold for.
pub fn fuzz(run: &mut Run) -> Result<(), String> {
    let (operations, ground) = (operations(), RefCell::new(Ground::new()));
    let asked = RefCell::new(0_u32);
    run.over(&input(), |input| {
        *asked.borrow_mut() += 1;
        if asked.borrow().is_multiple_of(64) && ground.borrow().is_worn_out() {
            *ground.borrow_mut() = Ground::new();
        }
        held(&ground.borrow(), &operations, input)
    })
}
