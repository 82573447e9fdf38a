//! Rules 3 and 4: surfaces do not know each other, and their wire types stay at home.

use super::resolving::{absolute, module_of};
use super::source::Source;
use super::tree::{Violation, accepts, enforce, files, refuse, refuses};

const API: &str = "crates/server/src/api/";

/// The surfaces, as folders below `api/`. Those of v1 share what stands in `api/v1/` itself.
const SURFACES: &[&[&str]] = &[
    &["usm"],
    &["session_storage"],
    &["authenticated_sessions"],
    &["user_tokens"],
    &["oauth"],
    &["v1", "sessions"],
    &["v1", "directory"],
    &["v1", "account"],
    &["v1", "audit"],
];

/// The surface that a path below `api` leads into.
fn surface_of(below_api: &[String]) -> Option<&'static [&'static str]> {
    SURFACES.iter().copied().find(|surface| below_api.iter().map(String::as_str).take(surface.len()).eq(surface.iter().copied()))
}

/// Does this path lead into a folder of surfaces?
fn is_of_a_surface(below_api: &[String]) -> bool {
    below_api.first().is_some_and(|folder| SURFACES.iter().any(|surface| surface[0] == folder))
}

/// What the code of a file names below `api`, with the line.
fn named_below_api(source: &Source) -> impl Iterator<Item = (Vec<String>, usize)> {
    source.paths.iter().filter(|named| !named.test).filter_map(|named| {
        let path = absolute(source, &named.words, &named.within)?;
        let below = path.strip_prefix(&["api".to_owned()])?;
        Some((below.to_vec(), named.line))
    })
}

/// The modules below `api` that a file is, itself included.
fn home(source: &Source) -> Option<Vec<String>> {
    source.is_in(API).then(|| module_of(&source.path)[1..].to_vec())
}

fn surfaces_do_not_know_each_other(source: &Source) -> Vec<Violation> {
    let kit = source.is_in("crates/server/src/http/");
    let home = home(source);
    if home.is_none() && !kit {
        return Vec::new();
    }
    let own = home.as_ref().and_then(|home| surface_of(home));
    let mut found = Vec::new();
    for (below, line) in named_below_api(source) {
        if kit {
            found.push(Violation::new(&source.path, line, "`http/` serves every surface and knows none (ARCHITECTURE.md, rule 3)"));
            continue;
        }
        let is_foreign = below.first() != home.as_ref().and_then(|home| home.first()) && is_of_a_surface(&below);
        if is_foreign || surface_of(&below).is_some_and(|other| Some(other) != own) {
            let reason = "a surface never imports another: what two share is mechanism (`http/`) or meaning (the engine)";
            found.push(Violation::new(&source.path, line, format!("`{}`: {reason} (ARCHITECTURE.md, rule 3)", below.join("::"))));
        }
    }
    found.dedup();
    found
}

/// A surface shares its wire types among its nouns; the directory's nouns have their own.
fn shared_by(folder: &[String]) -> usize {
    match surface_of(folder) {
        Some(surface) if surface.last() != Some(&"directory") => surface.len(),
        _ => folder.len(),
    }
}

fn wire_types_stay_at_home(source: &Source) -> Vec<Violation> {
    if !source.is_in("crates/server/src/") {
        return Vec::new();
    }
    let home = home(source);
    let is_foreign = |below: &[String]| {
        let folder = below.iter().position(|word| word == "wire").map(|wire| &below[..wire]);
        folder.is_some_and(|folder| !home.as_ref().is_some_and(|home| home.starts_with(&folder[..shared_by(folder)])))
    };
    let foreign = named_below_api(source).filter(|(below, _)| is_foreign(below)).map(|(_, line)| line);
    let declared = source.modules.iter().filter(|module| module.is_public && module.name == "wire").map(|module| module.line);
    let is_handed_on = |import: &&super::source::Import| import.is_public && import.from.iter().any(|word| word == "wire");
    let handed_on = source.imports.iter().filter(is_handed_on).map(|import| import.line);
    let shown = declared.chain(handed_on).filter(|_| home.is_some());
    let mut lines: Vec<usize> = foreign.chain(shown).collect();
    lines.sort_unstable();
    lines.dedup();
    let reason = "wire types never leave their folder: what others need is meaning and belongs to the engine (ARCHITECTURE.md, rule 4)";
    lines.into_iter().map(|line| Violation::new(&source.path, line, reason)).collect()
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
    let is_unknown = |path: &&String| {
        let module = module_of(path);
        let in_a_folder = path.strip_prefix(API).is_some_and(|inside| inside.contains('/'));
        in_a_folder
            && !(module.len() <= 3 && module[1] == "v1" && !path.ends_with("/mod.rs"))
            && surface_of(&module[1..]).is_none()
            && module != ["api", "v1"]
    };
    let found = files(&["crates/server/src/api"], ".rs");
    let reason = "add this surface to SURFACES in crates/server/tests/tidy/surfaces.rs";
    refuse(found.iter().filter(is_unknown).map(|path| Violation::new(path, 1, reason)).collect());
    let is_there = |surface: &&&[&str]| found.iter().any(|path| path.starts_with(&format!("{API}{}/", surface.join("/"))));
    let gone: Vec<_> = SURFACES.iter().filter(|surface| !is_there(surface)).collect();
    assert!(gone.is_empty(), "take these out of SURFACES: {gone:?}");
}

#[test]
fn the_import_rule_can_fail() {
    let text = "use crate::api::user_tokens::login;\nuse super::super::v1::page;\nuse crate::api::{usm, session_storage};\nfn f() { let usm = 1; usm::x() }";
    refuses(surfaces_do_not_know_each_other, "crates/server/src/api/usm/close.rs", text, &[1, 2, 3]);
    accepts(surfaces_do_not_know_each_other, "crates/server/src/router.rs", text);
    refuses(surfaces_do_not_know_each_other, "crates/server/src/http/reply.rs", "use crate::api::usm;", &[1]);
    refuses(surfaces_do_not_know_each_other, "crates/server/src/api/docs.rs", "use super::usm;\nfn f() { usm::x() }", &[1, 2]);
    let text = "// user_tokens::x\nfn f() { let user_tokens = 1; user_tokens.x() }";
    accepts(surfaces_do_not_know_each_other, "crates/server/src/api/usm/close.rs", text);
    // What v1 has in common stands in its own files, which know none of its surfaces.
    let text = "use crate::api::v1::envelope::Page;\nuse super::super::account::me;";
    refuses(surfaces_do_not_know_each_other, "crates/server/src/api/v1/directory/users.rs", text, &[2]);
    refuses(surfaces_do_not_know_each_other, "crates/server/src/api/v1/envelope.rs", "use super::sessions::wire::A;", &[1]);
}

#[test]
fn the_wire_rule_can_fail() {
    let text = "use crate::api::usm::wire::Record;";
    refuses(wire_types_stay_at_home, "crates/server/src/router.rs", text, &[1]);
    refuses(wire_types_stay_at_home, "crates/server/src/api/usm/mod.rs", "pub mod wire;\nmod x;\npub use self::wire::A;", &[1, 3]);
    accepts(wire_types_stay_at_home, "crates/server/src/api/usm/mod.rs", "mod wire;\nuse self::wire::A;");
    accepts(wire_types_stay_at_home, "crates/server/src/api/usm/close.rs", "use super::wire::Record;\nuse wire::B;");
    accepts(wire_types_stay_at_home, "crates/server/src/api/usm/session/close.rs", "use super::super::wire::Record;");
    accepts(wire_types_stay_at_home, "crates/server/src/api/v1/directory/users/list.rs", "use super::wire::User;");
    let text = "use crate::api::v1::directory::users::wire::User;\npub mod wire;";
    refuses(wire_types_stay_at_home, "crates/server/src/api/v1/directory/tenants/get.rs", text, &[1, 2]);
    refuses(wire_types_stay_at_home, "crates/server/src/router.rs", "use crate::api::v1::directory::users::wire::User;", &[1]);
    refuses(surfaces_do_not_know_each_other, "crates/server/src/api/v1/directory/users/get.rs", "use crate::api::usm;", &[1]);
}
