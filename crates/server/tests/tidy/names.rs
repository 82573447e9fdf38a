//! The words of ARCHITECTURE.md, and what nobody leaves behind.

use super::allow::{self, exempt};
use super::source::{Named, Source};
use super::tree::{Violation, accepts, enforce, refuses};

const EMPTY_WORDS: &[&str] = &["Manager", "Helper", "Helpers", "Util", "Utils", "Common", "Base", "Impl", "Info"];
const BARE_WORDS: &[&str] = &["Key", "Token", "Id"];

/// `ClientInfoPage` into `Client`, `Info`, `Page`.
fn camel_words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for c in name.chars() {
        match words.last_mut().filter(|_| !c.is_uppercase()) {
            Some(word) => word.push(c),
            None => words.push(c.to_string()),
        }
    }
    words
}

fn types_say_what_they_are(source: &Source) -> Vec<Violation> {
    let mut found = Vec::new();
    for declared in source.types.iter().filter(|declared| !exempt(allow::TYPE_NAMES, &declared.text)) {
        let name = declared.text.as_str();
        let words = camel_words(name);
        let hollow = [words.first(), words.last()].into_iter().flatten().find(|word| EMPTY_WORDS.contains(&word.as_str()));
        if let Some(word) = hollow {
            let reason = format!("`{name}`: `{word}` says nothing about what the thing is or does; name that (ARCHITECTURE.md, Words)");
            found.push(Violation::new(&source.path, declared.line, reason));
        } else if BARE_WORDS.contains(&name) {
            let reason =
                format!("`{name}`: never a bare key, token or id; say which (`ApiKey`, `RefreshToken`, `UserId`) (ARCHITECTURE.md, Words)");
            found.push(Violation::new(&source.path, declared.line, reason));
        }
    }
    found
}

fn files_say_what_they_hold(source: &Source) -> Vec<Violation> {
    let hollow = |piece: &&str| EMPTY_WORDS.iter().any(|word| word.eq_ignore_ascii_case(piece.trim_end_matches(".rs")));
    let reason = |piece: &str| format!("`{piece}` collects what has no place; name what it holds (ARCHITECTURE.md, Words)");
    source.path.split('/').filter(hollow).map(|piece| Violation::new(&source.path, 1, reason(piece))).collect()
}

fn nothing_is_left_undone(source: &Source) -> Vec<Violation> {
    let reason = "what is merged is done; what is not is an issue, not a note in the source";
    let notes = ["TODO", "FIXME", "XXX"];
    let is_note = |text: &str| text.split(|c: char| !c.is_alphanumeric()).any(|word| notes.contains(&word));
    let comments = source.comments.iter().filter(|comment| is_note(&comment.text)).map(|comment| comment.line);
    let is_unfinished = |named: &&Named| matches!(named.words.last().map(String::as_str), Some("todo!" | "unimplemented!" | "dbg!"));
    let macros = source.paths.iter().filter(is_unfinished).map(|named| named.line);
    comments.chain(macros).map(|line| Violation::new(&source.path, line, reason)).collect()
}

#[test]
fn type_names_say_what_they_are() {
    enforce(types_say_what_they_are);
}

#[test]
fn file_names_say_what_they_hold() {
    enforce(files_say_what_they_hold);
}

#[test]
fn nothing_is_left_for_later() {
    enforce(nothing_is_left_undone);
}

#[test]
fn the_type_name_rule_can_fail() {
    let text = "struct SessionManager;\nenum BaseSession {}\ntrait StoreImpl {}\npub type ClientInfo = u8;\nstruct Key;\nstruct Id(u8);\nstruct Token<'a>(&'a str);";
    refuses(types_say_what_they_are, "crates/engine/src/a.rs", text, &[1, 2, 3, 4, 5, 6, 7]);
    let good = "struct Base64Text;\nstruct Information;\nstruct ApiKey;\nstruct UserId;\nfn f() { let x: Helper = 1; }\n// struct Key";
    accepts(types_say_what_they_are, "crates/engine/src/a.rs", good);
}

#[test]
fn the_file_name_rule_can_fail() {
    refuses(files_say_what_they_hold, "crates/server/src/util.rs", "", &[1]);
    refuses(files_say_what_they_hold, "crates/server/tests/common/mod.rs", "", &[1]);
    accepts(files_say_what_they_hold, "crates/server/tests/support/mod.rs", "");
}

#[test]
fn the_leftover_rule_can_fail() {
    let text = "// TODO: later\nfn f() {\n todo!();\n dbg!(x);\n unimplemented!()\n /* FIXME */\n}\nconst todo: &str = \"TODO\";";
    refuses(nothing_is_left_undone, "crates/engine/src/a.rs", text, &[1, 6, 3, 4, 5]);
    accepts(nothing_is_left_undone, "crates/engine/src/a.rs", "// todolist\nfn f() { let todo = 1; let s = \"FIXME\"; }");
}
