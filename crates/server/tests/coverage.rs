//! Every route is described and everything described is a route: `cargo test -p cloakroom-server --test coverage`.
//!
//! Both come from the handlers, by one place of the kit. What is left to check: nothing goes past it, and whatever is documented is served.

#![allow(clippy::unwrap_used, reason = "a test, its fixtures included, fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "this test's subject is the source of the URL map")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cloakroom_server::router::documents;

/// Where routes and documents are made from handlers that declare both.
const MADE_OF_HANDLERS: &[&str] = &["src/http/operations.rs", "src/http/document/served.rs"];

/// A route that does nothing, for `cloakroom bench` to compare with. No server that serves others has it.
const MEASURED: &str = "bench/in_process.rs";

#[test]
fn every_documented_operation_is_made_of_a_handler() {
    let mut operations = 0;
    for (at, document) in documents() {
        let document = serde_json::to_value(document).unwrap();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let effect = operation["x-effect"].as_str();
                assert!(effect.is_some_and(|effect| ["reads", "changes", "ends"].contains(&effect)), "{at}: {method} {path}: {effect:?}");
                operations += 1;
            }
        }
    }
    assert!(operations > 100, "{operations} operations");
}

#[test]
fn routes_are_declared_nowhere_else() {
    let mut pending = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                pending.push(path);
                continue;
            }
            let known = MADE_OF_HANDLERS.iter().any(|known| path.ends_with(known)) || path.ends_with(MEASURED);
            let reason = "routes are made of handlers (http/operations.rs), which describe themselves";
            assert!(known || !declares_a_route(&path, &std::fs::read_to_string(&path).unwrap()), "{}: {reason}", path.display());
        }
    }
}

/// Outside of unit tests.
fn declares_a_route(path: &Path, text: &str) -> bool {
    let product = text.split("#[cfg(test)]").next().unwrap_or("");
    !path.ends_with("tests.rs") && product.contains(".route(")
}

/// The names before this call.
fn callers_of<'t>(text: &'t str, call: &str) -> BTreeSet<&'t str> {
    let before = text.match_indices(call).map(|(at, _)| &text[..at]);
    before.map(|text| text.rsplit(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap()).collect()
}

#[test]
fn what_is_documented_is_served_and_what_is_served_is_documented() {
    let url_map = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/router.rs")).unwrap();
    let served = callers_of(&url_map, "::routes(");
    let documented = &callers_of(&url_map, "::operations()") | &callers_of(&url_map, "::document()");
    assert_eq!(served, documented);
    assert_eq!(served.len(), documents().len());
}

#[test]
fn the_reader_reads_what_it_should() {
    assert_eq!(callers_of(".merge(usm::routes(&x)).merge(v1_sessions::routes(&x))", "::routes("), BTreeSet::from(["usm", "v1_sessions"]));
    assert!(declares_a_route(Path::new("src/router.rs"), ".route(\"/a\", get(x))"));
    assert!(!declares_a_route(Path::new("src/router.rs"), "#[cfg(test)] mod tests { .route(\"/a\", get(x)) }"));
    assert!(!declares_a_route(Path::new("src/http/tests.rs"), ".route(\"/a\", get(x))"));
}
