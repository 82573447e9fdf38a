//! Rules 1 and 2 inside the sources: who may name the store, SQL, files and the environment.

use super::allow::{self, exempt};
use super::source::{Source, Violation, accepts, enforce, files, phrases, refuse, refuses};

fn engine_is_pure(path: &str, text: &str) -> Vec<Violation> {
    if !path.starts_with("crates/engine/src/") {
        return Vec::new();
    }
    let reason = "the engine's types are not a format: a surface that needs JSON writes its twin in `wire.rs` (ARCHITECTURE.md, rule 1)";
    let source = Source::parse(path, text);
    [false, true].into_iter().flat_map(|tests| phrases(path, &source, &[&["serde"], &["serde_json"]], tests, reason)).collect()
}

fn only_boot_names_the_store(path: &str, text: &str) -> Vec<Violation> {
    let boot = path == "crates/server/src/boot.rs" || path.starts_with("crates/server/src/boot/");
    if !path.starts_with("crates/server/src/") || boot {
        return Vec::new();
    }
    let reason = "only boot knows which store there is; everything else asks the engine (ARCHITECTURE.md, rule 2)";
    phrases(path, &Source::parse(path, text), &[&["cloakroom_store"]], false, reason)
}

fn sql_is_the_stores(path: &str, text: &str) -> Vec<Violation> {
    let elsewhere = ["crates/engine/src/", "crates/server/src/", "crates/client/src/", "bench/src/"];
    if !elsewhere.iter().any(|folder| path.starts_with(folder)) || exempt(allow::SQL, path) {
        return Vec::new();
    }
    let source = Source::parse(path, text);
    let reason = "SQL stands in crates/store alone, where each statement is written once for both databases (ARCHITECTURE.md, rule 2)";
    source
        .strings
        .iter()
        .filter(|literal| !literal.test && is_sql(&literal.text))
        .map(|literal| Violation::new(path, literal.line, reason))
        .collect()
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
    &["std", "::", "fs"],
    &["tokio", "::", "fs"],
    &["rustix", "::", "fs"],
    &["fs", "::", "read"],
    &["fs", "::", "read_to_string"],
    &["fs", "::", "write"],
    &["File", "::", "open"],
    &["File", "::", "create"],
    &["OpenOptions"],
];

/// Not `std::env::args_os`: the command line is what `cli/` is for.
const ENVIRONMENT: &[&[&str]] = &[
    &["use", "std", "::", "env"],
    &["env", "::", "var"],
    &["env", "::", "var_os"],
    &["env", "::", "vars"],
    &["env", "::", "vars_os"],
    &["env", "::", "set_var"],
    &["env", "::", "current_dir"],
    &["env", "::", "temp_dir"],
    &["env", "::", "home_dir"],
];

fn files_and_environment_are_read_in_one_place(path: &str, text: &str) -> Vec<Violation> {
    let product = ["crates/engine/src/", "crates/store/src/", "crates/server/src/"].iter().any(|folder| path.starts_with(folder));
    if !product || exempt(allow::FILES_AND_ENVIRONMENT, path) {
        return Vec::new();
    }
    let source = Source::parse(path, text);
    let reason = "only config/ and boot read files and the environment; take a value (ARCHITECTURE.md, rule 2)";
    let mut found = phrases(path, &source, &[FILES, ENVIRONMENT].concat(), false, reason);
    for index in 0..source.lexemes.len() {
        // `use std::{env, …};` names them without a path.
        if source.at(index, &["std", "::", "{"]) && !source.lexemes[index].test {
            let group = index + 3..source.closing(index + 2);
            let named = group.filter(|i| matches!(source.word(*i), "env" | "fs")).map(|i| source.lexemes[i].line);
            found.extend(named.map(|line| Violation::new(path, line, reason)));
        }
    }
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
    enforce(sql_is_the_stores);
    let strays = files(&["crates", "bench", "docs", "examples"], ".sql");
    let reason = "SQL files live under crates/store/ alone (ARCHITECTURE.md, rule 2)";
    refuse(strays.iter().filter(|path| !path.starts_with("crates/store/")).map(|path| Violation::new(path, 1, reason)).collect());
}

#[test]
fn files_and_environment_enter_by_config_and_boot() {
    enforce(files_and_environment_are_read_in_one_place);
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
    accepts(only_boot_names_the_store, "crates/server/src/boot.rs", text);
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
    accepts(files_and_environment_are_read_in_one_place, "crates/server/src/config/layers.rs", text);
    accepts(files_and_environment_are_read_in_one_place, "crates/server/src/http/a.rs", "let a = env!(\"X\"); run(std::env::args_os());");
}
