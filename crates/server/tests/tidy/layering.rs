//! Rules 1 and 2 inside the sources: who may name the store, SQL, files and the environment.

use super::allow::{self, enforce_except, exempt};
use super::source::Source;
use super::tree::{Violation, accepts, enforce, files, phrases, refuse, refuses};

fn engine_is_pure(source: &Source) -> Vec<Violation> {
    if !source.is_in("crates/engine/src/") {
        return Vec::new();
    }
    let reason = "the engine's types are not a format: a surface that needs JSON writes its twin in `wire.rs` (ARCHITECTURE.md, rule 1)";
    [false, true].into_iter().flat_map(|tests| phrases(source, &[&["serde"], &["serde_json"]], tests, reason)).collect()
}

fn only_boot_names_the_store(source: &Source) -> Vec<Violation> {
    if !source.is_in("crates/server/src/") || source.is_in("crates/server/src/boot/") {
        return Vec::new();
    }
    let reason = "only boot knows which store there is; everything else asks the engine (ARCHITECTURE.md, rule 2)";
    phrases(source, &[&["cloakroom_store"]], false, reason)
}

fn sql_is_the_stores(source: &Source) -> Vec<Violation> {
    let elsewhere = ["crates/engine/src/", "crates/server/src/", "crates/client/src/", "bench/src/"];
    if !elsewhere.iter().any(|folder| source.is_in(folder)) {
        return Vec::new();
    }
    let reason = "SQL stands in crates/store alone, where each statement is written once for both databases (ARCHITECTURE.md, rule 2)";
    let is_shipped_sql = |literal: &&super::source::Passage| !literal.test && is_sql(&literal.text);
    source.strings.iter().filter(is_shipped_sql).map(|literal| Violation::new(&source.path, literal.line, reason)).collect()
}

fn is_sql(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let follows = |first: &str, second: &str| words.windows(2).any(|pair| pair == [first, second]);
    let both = |first: &str, second: &str| words.contains(&first) && words.contains(&second);
    follows("INSERT", "INTO")
        || follows("DELETE", "FROM")
        || both("UPDATE", "SET")
        || both("SELECT", "FROM")
        || words.first() == Some(&"SELECT")
        || words.first() == Some(&"PRAGMA")
        || ["CREATE", "ALTER", "DROP"].iter().any(|verb| follows(verb, "TABLE") || follows(verb, "INDEX"))
}

const FILES: &[&[&str]] = &[
    &["std", "fs"],
    &["tokio", "fs"],
    &["rustix", "fs"],
    &["fs", "read"],
    &["fs", "read_to_string"],
    &["fs", "write"],
    &["File", "open"],
    &["File", "create"],
    &["OpenOptions"],
];

/// Not `std::env::args_os`: the command line is what `cli/` is for.
const ENVIRONMENT: &[&[&str]] = &[
    &["env", "var"],
    &["env", "var_os"],
    &["env", "vars"],
    &["env", "vars_os"],
    &["env", "set_var"],
    &["env", "current_dir"],
    &["env", "temp_dir"],
    &["env", "home_dir"],
];

fn files_and_environment_are_read_in_one_place(source: &Source) -> Vec<Violation> {
    let product = ["crates/engine/src/", "crates/store/src/", "crates/server/src/"].iter().any(|folder| source.is_in(folder));
    if !product {
        return Vec::new();
    }
    let reason = "only config/ and boot read files and the environment; take a value (ARCHITECTURE.md, rule 2)";
    let mut found = phrases(source, &[FILES, ENVIRONMENT].concat(), false, reason);
    let of_the_environment = source.imports.iter().filter(|import| !import.test && import.from.starts_with(&["std".into(), "env".into()]));
    found.extend(of_the_environment.map(|import| Violation::new(&source.path, import.line, reason)));
    found.sort_by_key(|violation| violation.line);
    found.dedup_by_key(|violation| violation.line);
    found
}

#[test]
fn the_engine_knows_no_format() {
    enforce(engine_is_pure);
}

#[test]
fn the_store_is_named_in_boot_alone() {
    enforce(only_boot_names_the_store);
}

#[test]
fn sql_stands_in_the_store_alone() {
    enforce_except(allow::SQL, sql_is_the_stores);
    let strays = files(&["crates", "bench", "docs", "examples"], ".sql");
    let reason = "SQL files live under crates/store/ alone (ARCHITECTURE.md, rule 2)";
    refuse(strays.iter().filter(|path| !path.starts_with("crates/store/")).map(|path| Violation::new(path, 1, reason)).collect());
}

#[test]
fn files_and_environment_enter_by_config_and_boot() {
    enforce_except(allow::FILES_AND_ENVIRONMENT, files_and_environment_are_read_in_one_place);
}

#[test]
fn the_engine_rule_can_fail() {
    refuses(engine_is_pure, "crates/engine/src/a.rs", "/// serde\nuse serde::Serialize;", &[2]);
    accepts(engine_is_pure, "crates/server/src/a.rs", "use serde::Serialize;");
}

#[test]
fn the_boot_rule_can_fail() {
    let text = "use cloakroom_store::Store;";
    refuses(only_boot_names_the_store, "crates/server/src/cli/migrate.rs", text, &[1]);
    accepts(only_boot_names_the_store, "crates/server/src/boot/mod.rs", text);
    accepts(only_boot_names_the_store, "crates/server/src/boot/open.rs", text);
}

#[test]
fn the_sql_rule_can_fail() {
    let text = "const A: &str = \"SELECT 1\";\nconst B: &str = \"UPDATE sessions\n SET a = 1\";\nconst C: &str = r#\"INSERT INTO a\"#;\n// DELETE FROM x";
    refuses(sql_is_the_stores, "crates/server/src/a.rs", text, &[1, 2, 4]);
    accepts(sql_is_the_stores, "crates/server/src/a.rs", "const A: &str = \"Select a tenant from the list, update it\";");
    accepts(sql_is_the_stores, "crates/store/src/a.rs", text);
}

#[test]
fn the_files_rule_can_fail() {
    let text = "use std::fs;\nuse std::{env, fmt};\nfn f() { File::open(p); }\n#[cfg(test)]\nmod tests { use std::env; }";
    refuses(files_and_environment_are_read_in_one_place, "crates/server/src/http/a.rs", text, &[1, 2, 3]);
    refuses(files_and_environment_are_read_in_one_place, "crates/engine/src/a.rs", text, &[1, 2, 3]);
    assert!(exempt(allow::FILES_AND_ENVIRONMENT, "crates/server/src/config/layers.rs"));
    let text = "fn f() { let a = env!(\"X\"); run(std::env::args_os()); }";
    accepts(files_and_environment_are_read_in_one_place, "crates/server/src/http/a.rs", text);
}
