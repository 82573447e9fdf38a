//! Every exemption from the rules, in one place. A list may lose entries; a new one needs a reason that convinces a reviewer.

use super::source::Source;
use super::tree::{Check, Violation, read, refuse, sources};

/// What the engine may depend on: no HTTP, no SQL, no serialisation, no runtime.
pub const ENGINE_DEPENDENCIES: &[&str] = &[
    "aes",
    "argon2",
    "async-trait",
    "hkdf",
    "hmac",
    "icu_properties",
    "idna",
    "parking_lot",
    "quick_cache",
    "sha2",
    "subtle",
    "thiserror",
    "unicode-normalization",
    "uuid",
    "zeroize",
];

/// Who may touch files and the environment. A path that ends in `/` stands for the folder.
pub const FILES_AND_ENVIRONMENT: &[(&str, &str)] = &[
    ("crates/server/src/config/", "the one reader of settings"),
    ("crates/server/src/boot/", "opens what the settings name"),
    ("crates/server/src/bench/", "makes a folder for a moment, and reads what the kernel tells of its threads"),
    ("crates/server/src/metrics.rs", "reads the process's own size from /proc/self"),
    ("crates/store/src/driver/", "the database is a file"),
];

/// Who may start tasks on the runtime.
pub const TASKS: &[(&str, &str)] = &[
    ("crates/server/src/tasks/", "where background work lives"),
    ("crates/server/src/http/detached.rs", "runs a mutation to its end whatever the client does"),
    ("crates/server/src/bench/", "starts the callers that it measures"),
    ("crates/client/src/auth/flight.rs", "the renewal of a token outlives whoever asked for it"),
];

/// Who may start threads.
pub const THREADS: &[(&str, &str)] = &[
    ("crates/store/src/driver/", "the writer, the readers and the checkpointer"),
    ("crates/server/src/tasks/", "where background work lives"),
];

/// Where the wall clock and the system's randomness enter.
pub const CLOCK_AND_CHANCE: &[(&str, &str)] = &[
    ("crates/server/src/boot/", "makes the clock and the entropy that all else is given"),
    ("crates/server/src/bench/", "spreads the requests of its callers by chance"),
    ("crates/client/src/clock.rs", "the clock of a program that brings no other"),
];

/// Who may hold SQL outside of the store.
pub const SQL: &[(&str, &str)] = &[("bench/src/bare/", "measures what the database costs without the store")];

/// How many handlers may be longer than usual.
pub const LONG_HANDLERS: usize = 0;

/// Files longer than `sizes::FILE` lines: path, the cap that holds instead, why.
pub const LONG_FILES: &[(&str, usize, &str)] = &[];

/// Functions longer than `sizes::FUNCTION` lines: path, name, the cap that holds instead, why.
pub const LONG_FUNCTIONS: &[(&str, &str, usize, &str)] = &[];

/// Type names that a rule refuses and that a published format forces on us.
pub const TYPE_NAMES: &[(&str, &str)] = &[];

/// Is this path exempt by that list?
pub fn exempt(list: &[(&str, &str)], path: &str) -> bool {
    list.iter().any(|entry| covers(entry, path))
}

fn covers((allowed, _): &(&str, &str), path: &str) -> bool {
    *allowed == path || (allowed.ends_with('/') && path.starts_with(allowed))
}

/// Applies a rule to every Rust file but those that a list exempts. An entry that exempts nothing is an open door, and refused.
pub fn enforce_except(list: &[(&str, &str)], check: Check) {
    refuse(violations_except(list, check, sources()));
}

fn violations_except(list: &[(&str, &str)], check: Check, sources: &[Source]) -> Vec<Violation> {
    let mut needed = vec![false; list.len()];
    let mut found = Vec::new();
    for source in sources {
        let violations = check(source);
        match list.iter().position(|entry| covers(entry, &source.path)) {
            Some(entry) => needed[entry] |= !violations.is_empty(),
            None => found.extend(violations),
        }
    }
    let stale = list.iter().zip(needed).filter(|(_, needed)| !needed);
    found.extend(stale.map(|((path, _), _)| Violation::new(path, 1, "needs no exemption: take it out of tests/tidy/allow.rs")));
    found
}

/// The lists may only shrink: lower a number when an entry goes, never raise one without saying why in the commit.
#[test]
fn no_allow_list_grows() {
    for (name, entries, at_most) in [
        ("ENGINE_DEPENDENCIES", ENGINE_DEPENDENCIES.len(), 15),
        ("FILES_AND_ENVIRONMENT", FILES_AND_ENVIRONMENT.len(), 5),
        ("TASKS", TASKS.len(), 4),
        ("THREADS", THREADS.len(), 2),
        ("CLOCK_AND_CHANCE", CLOCK_AND_CHANCE.len(), 3),
        ("SQL", SQL.len(), 1),
        ("LONG_FILES", LONG_FILES.len(), 0),
        ("LONG_FUNCTIONS", LONG_FUNCTIONS.len(), 0),
        ("TYPE_NAMES", TYPE_NAMES.len(), 0),
    ] {
        assert!(entries <= at_most, "crates/server/tests/tidy/allow.rs: {name} has {entries} entries, {at_most} were agreed");
    }
}

/// An exemption that nothing needs any more is an open door.
#[test]
fn no_exemption_from_sizes_outlives_its_need() {
    let mut stale = Vec::new();
    for (path, cap, _) in LONG_FILES {
        let lines = read(path).map_or(0, |text| text.lines().count());
        if lines <= super::sizes::FILE || *cap <= super::sizes::FILE {
            stale.push(format!("{path}: {lines} lines need no exemption"));
        }
    }
    for (path, name, cap, _) in LONG_FUNCTIONS {
        let source = Source::parse(path, &read(path).unwrap_or_default());
        let longest = source.functions.iter().filter(|f| f.name == *name).map(|f| f.lines()).max();
        if longest.unwrap_or(0) <= super::sizes::FUNCTION || *cap <= super::sizes::FUNCTION {
            stale.push(format!("{path}: `{name}` needs no exemption"));
        }
    }
    for (name, _) in TYPE_NAMES {
        if !sources().iter().any(|source| source.types.iter().any(|declared| declared.text == *name)) {
            stale.push(format!("`{name}`: there is no such type"));
        }
    }
    assert!(stale.is_empty(), "take these out of crates/server/tests/tidy/allow.rs:\n{}", stale.join("\n"));
}

#[test]
fn every_allowed_dependency_is_there() {
    let manifest = read("crates/engine/Cargo.toml").unwrap_or_default();
    let depends =
        |name: &&&str| manifest.lines().any(|line| line.strip_prefix(**name).is_some_and(|rest| rest.starts_with([' ', '.', '='])));
    let unused: Vec<_> = ENGINE_DEPENDENCIES.iter().filter(|name| !depends(name)).collect();
    assert!(unused.is_empty(), "the engine does not depend on {unused:?}");
}

#[test]
fn an_entry_that_exempts_nothing_is_refused() {
    let check: Check = |source| source.paths.iter().map(|named| Violation::new(&source.path, named.line, "named")).collect();
    let sources = [Source::parse("a/b.rs", "fn f() { x() }"), Source::parse("c/d.rs", "fn f() {}")];
    let list = &[("a/", ""), ("c/d.rs", ""), ("e.rs", "")];
    let found: Vec<_> = violations_except(list, check, &sources).into_iter().map(|violation| violation.path).collect();
    assert_eq!(found, ["c/d.rs", "e.rs"]);
    assert_eq!(violations_except(&[], check, &sources).len(), 1);
}

#[test]
fn a_folder_exempts_what_is_in_it_and_a_file_itself_alone() {
    let list = &[("a/b/", ""), ("a/c.rs", "")];
    assert!(exempt(list, "a/b/x/y.rs") && exempt(list, "a/c.rs"));
    assert!(!exempt(list, "a/b.rs") && !exempt(list, "a/c.rs.old"));
}
