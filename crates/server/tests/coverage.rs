//! Every route is described and everything described is a route: `cargo test -p cloakroom-server --test coverage`.

#![allow(clippy::unwrap_used, reason = "a test, its fixtures included, fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "this test's subject is the source of the URL map")]

use std::collections::BTreeSet;

use cloakroom_server::router::documents;

/// Where routes are declared.
const URL_MAP: &[&str] = &["src/router.rs"];

/// Where routes and documents are made from handlers that declare both: there is nothing to compare.
const MADE_OF_HANDLERS: &[&str] = &["src/http/operations.rs", "src/http/document/served.rs"];

const VERBS: &[&str] = &["get", "post", "put", "patch", "delete", "head", "options"];

type Routes = BTreeSet<(String, String)>;

/// The `.route("path", verb(…).verb(…))` of a source text, its unit tests left out.
fn declared(text: &str) -> Routes {
    let product = text.split("#[cfg(test)]").next().unwrap_or("");
    let mut routes = Routes::new();
    for call in product.split(".route(").skip(1) {
        let path = call.trim_start().strip_prefix('"').expect("a route's path is a literal, so that this test can read it");
        let (path, handlers) = path.split_once('"').unwrap();
        let handlers = handlers.trim_start_matches(',').trim_start();
        let verb = handlers.split('(').next().unwrap();
        assert!(VERBS.contains(&verb), "{path}: `{verb}` is no method that this test knows");
        routes.insert((verb.to_owned(), path.to_owned()));
        let end = call.find(".route(").unwrap_or(call.len());
        let chained = VERBS.iter().filter(|verb| call[..end].contains(&format!(").{verb}(")));
        routes.extend(chained.map(|verb| ((*verb).to_owned(), path.to_owned())));
    }
    routes
}

fn every_declared() -> Routes {
    let read = |path: &&str| std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    URL_MAP.iter().map(read).flat_map(|text| declared(&text)).collect()
}

fn every_described() -> Routes {
    let mut described = Routes::new();
    for (_, document) in documents() {
        let document = serde_json::to_value(document).unwrap();
        for (path, item) in document["paths"].as_object().unwrap() {
            let listed = item.as_object().unwrap().iter().filter(|(_, operation)| operation.get("x-effect").is_none());
            described.extend(listed.map(|(method, _)| (method.clone(), path.clone())));
        }
    }
    described
}

#[test]
fn every_route_is_documented() {
    let (declared, described) = (every_declared(), every_described());
    assert!(declared.len() >= 13, "{declared:?}");
    let undocumented: Vec<_> = declared.difference(&described).collect();
    assert!(undocumented.is_empty(), "in no document: {undocumented:?}");
}

#[test]
fn everything_documented_is_a_route() {
    let (declared, described) = (every_declared(), every_described());
    let invented: Vec<_> = described.difference(&declared).collect();
    assert!(invented.is_empty(), "documented and no route: {invented:?}");
}

/// A route that does nothing, for `cloakroom bench` to compare with. No server that serves others has it.
const MEASURED: &str = "bench/in_process.rs";

#[test]
fn routes_are_declared_nowhere_else() {
    let mut pending = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                pending.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let product = text.split("#[cfg(test)]").next().unwrap_or("");
            let known = URL_MAP.iter().chain(MADE_OF_HANDLERS).any(|known| path.ends_with(known))
                || path.ends_with("tests.rs")
                || path.ends_with(MEASURED);
            assert!(known || !product.contains(".route("), "{}: routes stand in the URL map, where this test reads them", path.display());
        }
    }
}

#[test]
fn the_reader_reads_what_it_should() {
    let text = r#".route("/a", post(x::y)).route( "/b", get(z).delete(w)) #[cfg(test)] mod tests { .route("/t", get(t)) }"#;
    let expected = [("delete", "/b"), ("get", "/b"), ("post", "/a")].map(|(verb, path)| (verb.to_owned(), path.to_owned()));
    assert_eq!(declared(text), Routes::from(expected));
}
