//! What is published for programs of others shows once how it is used.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Violation, files, read, refuse};

/// What every program makes a client of. Beside these, whatever makes calls shows how.
const PARTS: &[&str] = &["Client", "ClientBuilder", "Credentials", "Secret", "RetryPolicy", "Error"];

/// A public item of the client, with the examples in its documentation.
struct Item {
    path: String,
    line: usize,
    /// Of a type; functions and constants have none.
    name: Option<String>,
    examples: usize,
}

/// The name that a text begins with.
fn name_at(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// What a line declares in public; the name where that is a type.
fn declared(line: &str) -> Option<Option<String>> {
    let rest = line.trim_start().strip_prefix("pub ")?;
    let kinds = ["struct ", "enum ", "trait ", "type "];
    if let Some(name) = kinds.iter().find_map(|kind| rest.strip_prefix(kind)) {
        return Some(Some(name_at(name)));
    }
    ["fn ", "const ", "async ", "static "].iter().any(|kind| rest.starts_with(kind)).then_some(None)
}

/// The type whose methods an `impl` has.
fn implemented(line: &str) -> Option<String> {
    let rest = line.strip_prefix("impl")?;
    let rest = if rest.starts_with('<') { rest.split_once("> ")?.1 } else { rest };
    let rest = rest.split_once(" for ").map_or(rest, |(_, of)| of);
    Some(name_at(rest.trim_start().rsplit("::").next()?))
}

fn published_types_show_their_use_once(sources: &[(String, String)]) -> Vec<Violation> {
    let (mut items, mut aliases) = (Vec::new(), BTreeMap::new());
    let mut showing: BTreeSet<String> = PARTS.iter().map(ToString::to_string).collect();
    for (path, text) in sources {
        let (mut fences, mut of) = (0, String::new());
        for (index, line) in text.lines().enumerate() {
            let trimmed = line.trim_start();
            if trimmed.starts_with("/// ```") {
                fences += 1;
            } else if let Some(name) = declared(line) {
                if let Some((alias, target)) = trimmed.strip_prefix("pub type ").and_then(|rest| rest.split_once(" = ")) {
                    aliases.insert(name_at(alias), name_at(target));
                } else if let Some(name) = name.as_ref().filter(|_| line.contains("&'c Client)")) {
                    showing.insert(name.clone());
                } else if trimmed.starts_with("pub async fn ") {
                    showing.insert(of.clone());
                }
                items.push(Item { path: path.clone(), line: index + 1, name, examples: fences / 2 });
                fences = 0;
            } else if let Some(name) = implemented(line) {
                of = name;
            } else if !trimmed.starts_with("///") && !trimmed.starts_with("#[") {
                fences = 0;
            }
        }
    }
    let showing: BTreeSet<_> = showing.iter().map(|name| aliases.get(name).unwrap_or(name)).collect();
    let wrong = items.iter().filter_map(|item| {
        let shows = item.name.as_ref().is_some_and(|name| showing.contains(name));
        let reason = match (shows, item.examples) {
            (true, 1) | (false, 0) => return None,
            (true, _) => "a type that makes calls, or that a client is made of, needs one example: it is read by programs of others",
            (false, _) => "an example stands with the type that makes the calls; a second one only restates the call",
        };
        Some(Violation::new(&item.path, item.line, reason))
    });
    wrong.collect()
}

#[test]
fn every_published_type_shows_its_use_once() {
    let sources: Vec<_> =
        files(&["crates/client/src"], ".rs").into_iter().map(|path| (path.clone(), read(&path).unwrap_or_default())).collect();
    assert!(sources.len() > 20, "the client has moved");
    refuse(published_types_show_their_use_once(&sources));
}

#[test]
fn the_example_rule_can_fail() {
    let example = "/// ```\n/// f();\n/// ```\n";
    let found = |texts: &[&str]| {
        let sources: Vec<_> = texts.iter().enumerate().map(|(index, text)| (format!("{index}.rs"), (*text).to_owned())).collect();
        published_types_show_their_use_once(&sources).iter().map(|violation| (violation.path.clone(), violation.line)).collect::<Vec<_>>()
    };
    let surface = format!(
        "/// Calls.\n///\n{example}#[derive(Debug)]\npub struct S<'c>(pub(crate) &'c Client);\nimpl S<'_> {{\n    pub async fn f() {{}}\n}}"
    );
    assert_eq!(found(&[&surface, &format!("{example}pub enum Error {{}}")]), []);
    // None where one must be: a surface, what makes calls in another file, under another name, and a part of the client.
    let bare =
        ["pub struct S<'c>(pub(crate) &'c Client);", "pub struct T;", "impl<'c> T<'c> {\n    pub async fn f() {}", "pub struct Client {"];
    assert_eq!(found(&bare), [("0.rs".into(), 1), ("1.rs".into(), 1), ("3.rs".into(), 1)]);
    assert_eq!(found(&["pub struct E<N>;\npub type U = E<u8>;\nimpl U {\n    pub async fn f() {}"]), [("0.rs".into(), 1)]);
    // One where none must be: a record, a method; and two.
    assert_eq!(found(&[&format!("{example}pub struct R;\n{example}    pub fn f() {{}}")]), [("0.rs".into(), 4), ("0.rs".into(), 8)]);
    assert_eq!(found(&[&format!("{example}{example}pub struct Secret;")]), [("0.rs".into(), 7)]);
}
