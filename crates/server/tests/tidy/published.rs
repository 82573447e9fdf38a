//! What is published for programs of others shows once how it is used.

use std::collections::{BTreeMap, BTreeSet};

use super::source::Source;
use super::tree::{Violation, refuse, sources};

/// What every program makes a client of. Beside these, whatever makes calls shows how.
const PARTS: &[&str] = &["Client", "ClientBuilder", "Credentials", "Secret", "RetryPolicy", "Error"];

/// The types that make calls, or that a client is made of.
fn showing<'s>(sources: &[&'s Source]) -> BTreeSet<&'s str> {
    let aliases: BTreeMap<_, _> =
        sources.iter().flat_map(|source| &source.aliases).map(|(alias, of)| (alias.as_str(), of.as_str())).collect();
    let holders = sources.iter().flat_map(|source| &source.references).filter(|(_, to)| to == "Client").map(|(holder, _)| holder.as_str());
    let asking = sources.iter().flat_map(|source| &source.asking).map(String::as_str);
    let names = holders.chain(asking).chain(PARTS.iter().copied());
    names.map(|name| aliases.get(name).copied().unwrap_or(name)).collect()
}

fn published_types_show_their_use_once(sources: &[&Source]) -> Vec<Violation> {
    let showing = showing(sources);
    let mut found = Vec::new();
    for source in sources {
        for item in &source.published {
            let is_alias = |name: &str| source.aliases.iter().any(|(alias, _)| alias == name);
            let shows = item.type_name.as_deref().is_some_and(|name| !is_alias(name) && showing.contains(name));
            let reason = match (shows, item.examples) {
                (true, 1) | (false, 0) => continue,
                (true, _) => "a type that makes calls, or that a client is made of, needs one example: it is read by programs of others",
                (false, _) => "an example stands with the type that makes the calls; a second one only restates the call",
            };
            found.push(Violation::new(&source.path, item.line, reason));
        }
    }
    found
}

#[test]
fn every_published_type_shows_its_use_once() {
    let sources: Vec<_> = sources().iter().filter(|source| source.is_in("crates/client/src/")).collect();
    assert!(sources.len() > 20, "the client has moved");
    refuse(published_types_show_their_use_once(&sources));
}

#[test]
fn the_example_rule_can_fail() {
    let example = "/// ```\n/// f();\n/// ```\n";
    let found = |texts: &[&str]| {
        let sources: Vec<_> = texts.iter().enumerate().map(|(index, text)| Source::parse(&format!("{index}.rs"), text)).collect();
        let found = published_types_show_their_use_once(&sources.iter().collect::<Vec<_>>());
        found.iter().map(|violation| (violation.path.clone(), violation.line)).collect::<Vec<_>>()
    };
    let surface = format!(
        "/// Calls.\n///\n{example}#[derive(Debug)]\npub struct S<'c>(pub(crate) &'c Client);\nimpl S<'_> {{\n    pub async fn f() {{}}\n}}"
    );
    assert_eq!(found(&[&surface, &format!("{example}pub enum Error {{}}")]), []);
    // None where one must be: a surface, what makes calls in another file, under another name, and a part of the client.
    let bare = [
        "pub struct S<'c>(pub(crate) &'c Client);",
        "pub struct T;",
        "impl<'c> T<'c> {\n    pub async fn f() {} }",
        "pub struct Client {}",
    ];
    assert_eq!(found(&bare), [("0.rs".into(), 1), ("1.rs".into(), 1), ("3.rs".into(), 1)]);
    assert_eq!(found(&["pub struct E<N>(N);\npub type U = E<u8>;\nimpl U {\n    pub async fn f() {} }"]), [("0.rs".into(), 1)]);
    // One where none must be: a record, a method; and two.
    let record = format!("{example}pub struct R;\nimpl R {{\n{example}    pub fn f() {{}} }}");
    assert_eq!(found(&[&record]), [("0.rs".into(), 4), ("0.rs".into(), 9)]);
    assert_eq!(found(&[&format!("{example}{example}pub struct Secret;")]), [("0.rs".into(), 7)]);
}
