//! What is published for programs of others shows how it is used.

use super::source::{Violation, accepts, enforce, refuses};

const FOLDER: &str = "crates/client/src/";

/// Words that may stand between `pub` and what is declared.
const QUALIFIERS: &[&str] = &["const", "async", "unsafe"];
const DECLARED: &[&str] = &["fn", "struct", "enum", "trait", "type", "static"];

/// Does this line declare something public? Modules and fields have their own words, `pub(crate)` is nobody else's.
fn declares(line: &str) -> bool {
    let Some(rest) = line.trim_start().strip_prefix("pub ") else { return false };
    let mut words = rest.split_whitespace().skip_while(|word| QUALIFIERS.contains(word));
    let is_constant = rest.starts_with("const ") && rest.split_whitespace().nth(1).is_some_and(|word| word.ends_with(':'));
    is_constant || words.next().is_some_and(|word| DECLARED.contains(&word))
}

fn published_items_have_examples(path: &str, text: &str) -> Vec<Violation> {
    if !path.starts_with(FOLDER) {
        return Vec::new();
    }
    let lines: Vec<&str> = text.lines().collect();
    let is_above = |line: &&&str| line.trim_start().starts_with("///") || line.trim_start().starts_with("#[");
    let shown = |index: usize| lines[..index].iter().rev().take_while(is_above).any(|line| line.contains("/// ```"));
    let reason = "a public item of the client needs an example in its documentation: it is read by programs of others";
    let bare = (0..lines.len()).filter(|index| declares(lines[*index]) && !shown(*index));
    bare.map(|index| Violation::new(path, index + 1, reason)).collect()
}

#[test]
fn everything_published_has_an_example() {
    enforce(published_items_have_examples);
}

#[test]
fn the_example_rule_can_fail() {
    let path = "crates/client/src/a.rs";
    let bare = "/// Does.\npub fn f() {}\n/// Is.\n#[derive(Debug)]\npub struct S {\n    pub field: u8,\n}\n    pub async fn g() {}\npub const N: u8 = 1;";
    refuses(published_items_have_examples, path, bare, &[2, 5, 8, 9]);
    let shown = "/// Does.\n///\n/// ```\n/// f();\n/// ```\n#[must_use]\npub const fn f() {}\npub(crate) fn g() {}\nfn h() {}\npub mod m;\npub use a::B;";
    accepts(published_items_have_examples, path, shown);
    accepts(published_items_have_examples, "crates/server/src/a.rs", bare);
}
