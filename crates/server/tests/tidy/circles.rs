//! Rule 8: imports flow one way.

use std::collections::{BTreeMap, BTreeSet};

use super::resolving::{Tree, absolute};
use super::source::{Named, Source};
use super::tree::{Violation, accepts, enforce, refuse, refuses, sources};

/// The crates that have no circle.
const CRATES: &[&str] = &["crates/engine/src/", "crates/store/src/", "crates/server/src/"];

/// Two files may know each other: a noun and what it is made of.
const LARGEST: usize = 2;

/// What each file names of which other.
type Imports<'s> = BTreeMap<&'s str, BTreeMap<&'s str, BTreeSet<String>>>;

/// An `impl` block in another file than its type is a part of that type, and no import of it. Handing a name on by `pub use` is no
/// import either: whoever takes it from there imports it from where it is defined.
fn imports<'s>(all: &[&'s Source]) -> Imports<'s> {
    let tree = Tree::of(all);
    let mut imports = Imports::new();
    for source in all {
        let of_this_file: &mut BTreeMap<&str, BTreeSet<String>> = imports.entry(&source.path).or_default();
        for named in source.paths.iter().filter(|named| !named.test && !is_handed_on(source, named)) {
            if let Some((file, name)) = tree.definition(source, named).filter(|(file, _)| *file != source.path) {
                of_this_file.entry(file).or_default().insert(name);
            }
        }
        for implemented in source.implemented.iter().filter(|named| !named.test) {
            if let Some((file, name)) = tree.definition(source, implemented) {
                of_this_file.entry(file).or_default().remove(&name);
            }
        }
        of_this_file.retain(|_, names| !names.is_empty());
    }
    imports
}

fn is_handed_on(source: &Source, named: &Named) -> bool {
    let is_use = |used: &&Named| !used.test && !used.handed_on && used.words.first() == named.words.last();
    named.handed_on && !source.paths.iter().any(|used| is_use(&used))
}

fn reached<'s>(imports: &Imports<'s>, from: &'s str) -> BTreeSet<&'s str> {
    let (mut found, mut pending) = (BTreeSet::new(), vec![from]);
    while let Some(file) = pending.pop() {
        let next = imports.get(file).into_iter().flat_map(BTreeMap::keys);
        pending.extend(next.filter(|next| found.insert(**next)));
    }
    found
}

/// Sets of files each of which imports, by way of others, each of the set.
fn circles<'s>(imports: &Imports<'s>) -> BTreeSet<BTreeSet<&'s str>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> = imports.keys().map(|file| (*file, reached(imports, file))).collect();
    let with = |file: &&'s str| reached[file].iter().copied().filter(|other| reached[other].contains(file)).collect();
    imports.keys().map(with).filter(|circle: &BTreeSet<_>| circle.len() > LARGEST).collect()
}

fn no_circles(all: &[&Source]) -> Vec<Violation> {
    let imports = imports(all);
    let told = |circle: BTreeSet<&str>| {
        let within = |file: &&str| {
            let others = imports[file].iter().filter(|(other, _)| circle.contains(*other));
            others
                .map(|(other, names)| format!("\n    {file} → {other}: {}", names.iter().cloned().collect::<Vec<_>>().join(", ")))
                .collect::<String>()
        };
        let all: String = circle.iter().map(within).collect();
        let reason = format!("a circle of {} files: imports flow one way (ARCHITECTURE.md, rule 8){all}", circle.len());
        Violation::new(circle.first().copied().unwrap_or_default(), 1, reason)
    };
    circles(&imports).into_iter().map(told).collect()
}

/// `cli` → `boot` → the rest. The bench starts a server that is thrown away, so it stands beside `cli`.
const ABOVE: &[(&str, &[&str])] = &[("cli", &["cli/", "main.rs"]), ("boot", &["boot/", "cli/", "bench/"]), ("bench", &["bench/", "cli/"])];

fn what_is_above_is_not_named(source: &Source) -> Vec<Violation> {
    let Some(inside) = source.path.strip_prefix("crates/server/src/") else { return Vec::new() };
    let mut found = Vec::new();
    for named in source.paths.iter().filter(|named| !named.test) {
        let path = absolute(source, &named.words, &named.within).unwrap_or_default();
        let above = ABOVE.iter().find(|(module, _)| path.first().is_some_and(|first| first == module));
        if let Some((module, may)) = above.filter(|(_, may)| !may.iter().any(|folder| inside.starts_with(folder))) {
            let may = may.join(", ");
            let reason = format!("`{module}` is named in {may} alone: cli → boot → the rest (ARCHITECTURE.md, rule 8)");
            found.push(Violation::new(&source.path, named.line, reason));
        }
    }
    found
}

#[test]
fn imports_flow_one_way() {
    let of = |folder: &&str| no_circles(&sources().iter().filter(|source| source.is_in(folder)).collect::<Vec<_>>());
    refuse(CRATES.iter().flat_map(of).collect());
}

#[test]
fn nobody_imports_what_stands_above() {
    enforce(what_is_above_is_not_named);
}

fn files_in_circles(files: &[(&str, &str)]) -> Vec<usize> {
    let files: Vec<Source> = files.iter().map(|(name, text)| Source::parse(&format!("crates/x/src/{name}"), text)).collect();
    let files: Vec<&Source> = files.iter().collect();
    circles(&imports(&files)).iter().map(BTreeSet::len).collect()
}

#[test]
fn the_circle_rule_can_fail() {
    let root = ("lib.rs", "mod a; mod b; mod c;");
    let (a, b) = (("a.rs", "use crate::b::B; pub struct A;"), ("b/mod.rs", "use super::c; pub struct B(c::C);"));
    assert_eq!(files_in_circles(&[root, a, b, ("c.rs", "use crate::a::A; pub struct C;")]), [3]);
    assert_eq!(files_in_circles(&[root, a, b, ("c.rs", "pub struct C;\n#[cfg(test)] mod tests { use crate::a::A; }")]), [0; 0]);
    // Two may know each other.
    assert_eq!(files_in_circles(&[root, a, ("b/mod.rs", "use super::a::A; pub struct B;")]), [0; 0]);
    let violations = no_circles(&[
        &Source::parse("crates/x/src/a.rs", "use crate::b::B; pub struct A;"),
        &Source::parse("crates/x/src/b.rs", "pub struct B; fn f() { select! { x = crate::c::C => y } }"),
        &Source::parse("crates/x/src/c.rs", "pub struct C; fn f() { crate::a::A::new() }"),
    ]);
    assert!(violations.len() == 1 && violations[0].reason.contains("b.rs → crates/x/src/c.rs: C"), "{violations:?}");
}

#[test]
fn a_name_that_is_handed_on_is_imported_from_its_definition() {
    let facade = ("a/mod.rs", "mod b; mod c; pub use b::B; pub use self::c::*;");
    let (b, c) = (("a/b.rs", "use super::C; pub struct B;"), ("a/c.rs", "use super::B; pub struct C;"));
    assert_eq!(files_in_circles(&[("lib.rs", "mod a;"), facade, b, c]), [0; 0]);
    let used = ("a/mod.rs", "mod b; mod c; pub use b::B; pub use self::c::*; fn f() { B::new(); } pub struct A;");
    let c = ("a/c.rs", "use super::A; pub struct C;");
    assert_eq!(files_in_circles(&[("lib.rs", "mod a;"), used, b, c]), [3]);
}

#[test]
fn an_impl_block_is_a_part_of_its_type() {
    let a = ("a.rs", "use crate::b::B; pub struct A; pub struct Other;");
    let b = ("b.rs", "use crate::c::C; pub struct B;");
    assert_eq!(files_in_circles(&[a, b, ("c.rs", "use crate::a::A; impl A { fn f(&self) { C } } pub struct C;")]), [0; 0]);
    assert_eq!(files_in_circles(&[a, b, ("c.rs", "use crate::a::{A, Other}; impl A {} pub struct C;")]), [3]);
}

#[test]
fn the_rule_about_what_stands_above_can_fail() {
    let text = "use crate::cli::say;\nfn f() { crate::boot::serve() }\nuse crate::control::cli;";
    refuses(what_is_above_is_not_named, "crates/server/src/control/client.rs", text, &[1, 2]);
    refuses(what_is_above_is_not_named, "crates/server/src/boot/serve.rs", text, &[1]);
    refuses(what_is_above_is_not_named, "crates/server/src/tasks/stop.rs", "use super::super::boot;\nfn f() { boot::serve() }", &[1, 2]);
    accepts(what_is_above_is_not_named, "crates/server/src/cli/serve.rs", text);
}
