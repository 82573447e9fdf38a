//! Every operation of every OpenAPI document has a typed call that works against the real server.

use std::collections::BTreeSet;

use crate::calls;
use crate::serving::{Asked, Serving};

type Operation = (String, String);

/// The document of the pages that people see: a program reads it, and calls none of them.
const FOR_PEOPLE: &str = "/openapi/front-door.yaml";

/// Pages for people among what operators' programs ask.
const GUIDES: [&str; 3] = ["/docs/api", "/docs/guides/{name}", "/docs/search"];

/// Second names of an operation: who makes the call needs only the first.
const SECOND_NAMES: &[(&str, &str)] = &[("POST", "/session-storage/session"), ("POST", "/oauth/userinfo")];

/// Every operation that a document describes; a path with and without its last slash is one.
fn documented() -> BTreeSet<Operation> {
    let mut found = BTreeSet::new();
    for (at, document) in cloakroom_server::router::documents() {
        let document = serde_json::to_value(document).unwrap();
        for (path, item) in document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .filter(|(path, _)| if at == FOR_PEOPLE { *path == at } else { !GUIDES.contains(&path.as_str()) })
        {
            let methods = item.as_object().unwrap().keys().map(|method| method.to_uppercase());
            found.extend(methods.map(|method| (method, path.trim_end_matches('/').to_owned())));
        }
    }
    found
}

/// How many segments of a path this template says word for word; `None` where it is not that path's.
fn fits(template: &str, path: &str) -> Option<usize> {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    let is_open = |segment: &str| segment.starts_with('{');
    let fitting = template.len() == path.len() && template.iter().zip(&path).all(|(t, p)| is_open(t) || t.eq_ignore_ascii_case(p));
    fitting.then(|| template.iter().filter(|segment| !is_open(segment)).count())
}

/// The documented operation that this call was.
fn operation(documented: &BTreeSet<Operation>, (method, path, _): &Asked) -> Option<Operation> {
    let of_method = documented.iter().filter(|(known, _)| known == method);
    of_method.filter_map(|known| Some((fits(&known.1, path)?, known))).max().map(|(_, known)| known.clone())
}

#[tokio::test]
async fn every_documented_operation_has_a_call() {
    let serving = Serving::start().await;
    calls::all(&serving).await;
    let documented = documented();
    assert!(documented.len() > 60, "{documented:?}");
    let mut covered = BTreeSet::new();
    for asked in serving.asked().iter().filter(|(.., status)| (200..300).contains(status)) {
        let operation = operation(&documented, asked).unwrap_or_else(|| panic!("no document describes {asked:?}"));
        covered.insert(operation);
    }
    let is_first = |(method, path): &&Operation| !SECOND_NAMES.contains(&(method.as_str(), path.as_str()));
    let uncovered: Vec<_> = documented.difference(&covered).filter(is_first).collect();
    assert!(uncovered.is_empty(), "give each a typed call in crates/client, and make it in tests/client/calls.rs: {uncovered:?}");
}

#[test]
fn paths_find_their_templates() {
    let known = |template: &str| ("GET".to_owned(), template.to_owned());
    let documented = BTreeSet::from([known("/a/{id}"), known("/a/stats"), known("/a/{id}/b")]);
    let of = |path: &str| operation(&documented, &("GET".into(), path.into(), 200)).map(|(_, template)| template);
    assert_eq!(of("/a/stats").as_deref(), Some("/a/stats"));
    assert_eq!(of("/a/7").as_deref(), Some("/a/{id}"));
    assert_eq!(of("/a/7/b").as_deref(), Some("/a/{id}/b"));
    assert_eq!(of("/b"), None);
}
