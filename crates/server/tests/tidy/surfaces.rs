//! Rules 3 and 4: surfaces do not know each other, and their wire types stay at home.

use super::source::{Source, Violation, accepts, enforce, files, refuse, refuses};

const SURFACES: &[&str] = &["usm", "session_storage", "authenticated_sessions", "v1", "user_tokens", "oauth"];
const FOLDER: &str = "crates/server/src/api/";
const DIRECTORY: &str = "crates/server/src/api/v1/directory/";
/// What the directory has a folder for, each with wire types of its own.
const NOUNS: &[&str] = &["partners", "tenants", "users", "applications"];

/// The surface that this file belongs to.
fn home(path: &str) -> Option<&str> {
    let (surface, _) = path.strip_prefix(FOLDER)?.split_once('/')?;
    Some(surface)
}

/// Is the word at `index` a piece of a path: has `::` beside it, or stands in the braces of `api::{…}`?
fn in_a_path(source: &Source, index: usize) -> bool {
    let beside = source.word(index + 1) == "::" || (index > 0 && source.word(index - 1) == "::");
    beside || (0..index).any(|i| source.at(i, &["api", "::", "{"]) && source.closing(i + 2) > index)
}

fn surfaces_do_not_know_each_other(path: &str, text: &str) -> Vec<Violation> {
    let kit = path.starts_with("crates/server/src/http/");
    let home = home(path);
    if home.is_none() && !kit {
        return Vec::new();
    }
    let source = Source::parse(path, text);
    let mut found = Vec::new();
    for (index, lexeme) in source.lexemes.iter().enumerate().filter(|(_, lexeme)| !lexeme.test) {
        let word = lexeme.text.as_str();
        if kit && word == "api" && in_a_path(&source, index) {
            found.push(Violation::new(path, lexeme.line, "`http/` serves every surface and knows none (ARCHITECTURE.md, rule 3)"));
        } else if SURFACES.contains(&word) && home.is_some_and(|home| home != word) && in_a_path(&source, index) {
            let reason =
                "a surface never imports another: what two share is mechanism (`http/`) or meaning (the engine) (ARCHITECTURE.md, rule 3)";
            found.push(Violation::new(path, lexeme.line, format!("`{word}`: {reason}")));
        }
    }
    found
}

fn wire_types_stay_at_home(path: &str, text: &str) -> Vec<Violation> {
    if !path.starts_with("crates/server/src/") {
        return Vec::new();
    }
    let reason =
        "wire types never leave their surface's folder: what others need is meaning and belongs to the engine (ARCHITECTURE.md, rule 4)";
    let source = Source::parse(path, text);
    let is_surface = |index: usize| SURFACES.contains(&source.word(index));
    let named = |i: usize| source.at(i + 1, &["::", "wire"]) && is_surface(i) && home(path) != Some(source.word(i));
    let noun = path.strip_prefix(DIRECTORY).and_then(|inside| inside.split_once('/')).map(|(noun, _)| noun);
    let foreign = |i: usize| source.at(i + 1, &["::", "wire"]) && NOUNS.contains(&source.word(i)) && noun != Some(source.word(i));
    let shown = |i: usize| (home(path).is_some() || noun.is_some()) && source.word(i) == "wire" && is_public(&source, i);
    (0..source.lexemes.len())
        .filter(|i| named(*i) || foreign(*i) || shown(*i))
        .map(|i| Violation::new(path, source.lexemes[i].line, reason))
        .collect()
}

/// `pub mod wire`, `pub(crate) mod wire`, `pub use wire::…`, `pub use self::wire::…`.
fn is_public(source: &Source, index: usize) -> bool {
    let before: Vec<&str> = (index.saturating_sub(6)..index).map(|i| source.word(i)).collect();
    let text = before.join(" ");
    ["pub mod", "pub ( crate ) mod", "pub use", "pub ( crate ) use", "pub use self ::", "pub ( crate ) use self ::"]
        .iter()
        .any(|phrase| text.ends_with(phrase))
}

#[test]
fn no_surface_imports_another() {
    enforce(surfaces_do_not_know_each_other);
}

#[test]
fn no_wire_type_leaves_its_folder() {
    enforce(wire_types_stay_at_home);
}

#[test]
fn every_surface_is_known_to_these_rules() {
    let unknown = |path: &&String| home(path).is_some_and(|surface| !SURFACES.contains(&surface));
    let found = files(&["crates/server/src/api"], ".rs");
    let reason = "add this surface to SURFACES in crates/server/tests/tidy/surfaces.rs";
    refuse(found.iter().filter(unknown).map(|path| Violation::new(path, 1, reason)).collect());
}

#[test]
fn the_import_rule_can_fail() {
    let text = "use crate::api::user_tokens::login;\nuse super::super::v1::page;\nuse crate::api::{usm, session_storage};\nlet usm = 1;";
    refuses(surfaces_do_not_know_each_other, "crates/server/src/api/usm/close.rs", text, &[1, 2, 3]);
    accepts(surfaces_do_not_know_each_other, "crates/server/src/router.rs", text);
    refuses(surfaces_do_not_know_each_other, "crates/server/src/http/reply.rs", "use crate::api::usm;", &[1]);
    accepts(surfaces_do_not_know_each_other, "crates/server/src/api/usm/close.rs", "// user_tokens::x\nlet user_tokens = 1;");
}

#[test]
fn the_wire_rule_can_fail() {
    let text = "use crate::api::usm::wire::Record;";
    refuses(wire_types_stay_at_home, "crates/server/src/router.rs", text, &[1]);
    refuses(wire_types_stay_at_home, "crates/server/src/api/usm/mod.rs", "pub mod wire;\nmod wire;\npub use self::wire::A;", &[1, 3]);
    accepts(wire_types_stay_at_home, "crates/server/src/api/usm/close.rs", "use super::wire::Record;\nuse wire::B;");
    accepts(wire_types_stay_at_home, "crates/server/src/api/v1/directory/users/list.rs", "use super::wire::User;");
    let text = "use crate::api::v1::directory::users::wire::User;\npub mod wire;";
    refuses(wire_types_stay_at_home, "crates/server/src/api/v1/directory/tenants/get.rs", text, &[1, 2]);
    refuses(wire_types_stay_at_home, "crates/server/src/router/directory.rs", "use crate::api::v1::directory::users::wire::User;", &[1]);
    refuses(surfaces_do_not_know_each_other, "crates/server/src/api/v1/directory/users/get.rs", "use crate::api::usm;", &[1]);
}
