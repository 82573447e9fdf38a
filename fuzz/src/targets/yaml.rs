//! Directory files: one document says the same in JSON and in YAML, and no error repeats a secret.

use cloakroom_server::directory_file::read;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use crate::edits::{Edit, edited, edits};
use crate::ground::MARKER;
use crate::run::{Held, Run, holds};

#[derive(Clone, Debug)]
struct Input {
    document: Value,
    edits: Vec<Edit>,
    arbitrary: String,
}

fn text() -> impl Strategy<Value = Value> {
    prop_oneof!["[a-zA-Z0-9._@-]{1,20}", ".{0,20}", "(yes|no|null|~|0x1f|1e3|2001-01-01|- a|a: b|#x|\\*a|&a|!!str)"].prop_map(Value::from)
}

/// What may stand where a secret stands: a good one, and everything that is none.
fn secret() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(format!("{MARKER}-and-more"))),
        Just(json!([MARKER])),
        Just(json!({ MARKER: MARKER })),
        Just(json!([[{ "a": MARKER }]])),
        any::<i64>().prop_map(Value::from),
    ]
}

/// An object of some of these fields.
fn entry(fields: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let fields =
        fields.into_iter().map(|(name, value)| option::weighted(0.7, value).prop_map(move |value| (name, value))).collect::<Vec<_>>();
    fields
        .prop_map(|fields| Value::Object(fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()))
        .boxed()
}

fn document() -> impl Strategy<Value = Value> {
    let number =
        || prop_oneof![any::<u32>().prop_map(Value::from), any::<i64>().prop_map(Value::from), any::<f64>().prop_map(Value::from)].boxed();
    let word = |words: &'static [&'static str]| select(words).prop_map(Value::from).boxed();
    let status = || word(&["verified", "suspended", "doomed", "unverified", "nonsense"]);
    let tenant = entry(vec![("code", text().boxed()), ("name", text().boxed()), ("status", status()), ("api_key_max_age_days", number())]);
    let user = entry(vec![
        ("username", text().boxed()),
        ("email", text().boxed()),
        ("password", secret().boxed()),
        ("password_hash", secret().boxed()),
        ("role", word(&["none", "super_admin", "king"])),
        ("status", status()),
        ("session_cap", number()),
        ("is_operator", any::<bool>().prop_map(Value::from).boxed()),
    ]);
    let application = entry(vec![
        ("client_id", text().boxed()),
        ("client_secret", secret().boxed()),
        ("jwks", secret().boxed()),
        ("scopes", vec(text(), 0..3).prop_map(Value::from).boxed()),
    ]);
    let mapping = entry(vec![("group", text().boxed()), ("tenant", text().boxed()), ("role", word(&["owner", "member", "king"]))]);
    let provider = entry(vec![
        ("code", text().boxed()),
        ("issuer", prop_oneof![text(), Just(json!("https://id.example"))].boxed()),
        ("client_id", text().boxed()),
        ("client_secret", secret().boxed()),
        ("domains", vec(text(), 0..3).prop_map(Value::from).boxed()),
        ("group_memberships", vec(mapping, 0..3).prop_map(Value::from).boxed()),
        ("status", word(&["active", "disabled", "nonsense"])),
    ]);
    let list = |entry: BoxedStrategy<Value>| vec(entry, 0..3).prop_map(Value::from);
    (list(tenant), list(user), list(application), list(provider)).prop_map(|(tenants, users, applications, providers)| {
        let sections = [("tenants", tenants), ("users", users), ("applications", applications), ("identity_providers", providers)];
        Value::Object(sections.into_iter().map(|(name, list)| (name.to_owned(), list)).collect::<Map<_, _>>())
    })
}

fn input() -> impl Strategy<Value = Input> {
    (document(), edits(), ".{0,200}").prop_map(|(document, edits, arbitrary)| Input { document, edits, arbitrary })
}

/// The same in blocks; a text in double quotes is the same in both languages.
fn block(value: &Value, indent: usize) -> String {
    let pad = " ".repeat(indent);
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            fields.iter().map(|(name, value)| format!("\n{pad}{}: {}", Value::from(name.as_str()), block(value, indent + 2))).collect()
        }
        Value::Array(items) if !items.is_empty() => items.iter().map(|item| format!("\n{pad}- {}", block(item, indent + 2))).collect(),
        scalar => scalar.to_string(),
    }
}

fn held(input: &Input) -> Held {
    let json = input.document.to_string();
    let (of_json, of_yaml) = (read(&json), read(&block(&input.document, 0)));
    match (&of_json, &of_yaml) {
        (Ok(one), Ok(other)) => holds(format!("{one:?}") == format!("{other:?}"), || format!("two readings: {one:?}, {other:?}"))?,
        (Err(_), Err(_)) => {}
        (one, other) => {
            holds(false, || format!("one language reads, the other does not: {:?}, {:?}", one.as_ref().err(), other.as_ref().err()))?
        }
    }
    for told in [of_json.err(), of_yaml.err()].into_iter().flatten() {
        holds(!told.contains(MARKER), || format!("an error repeats a secret: {told}"))?;
    }
    // What is no directory file any more is refused in a few words, if it is.
    for text in [edited(&json, &input.edits), edited(&block(&input.document, 0), &input.edits), input.arbitrary.clone()] {
        if let Err(told) = read(&text) {
            holds(told.len() < 2000, || format!("an error of {} bytes", told.len()))?;
        }
    }
    Ok(())
}

/// # Errors
/// An input that a property does not hold for.
pub fn fuzz(run: &mut Run) -> Result<(), String> {
    run.over(&input(), held)
}
