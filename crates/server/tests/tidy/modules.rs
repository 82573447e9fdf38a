//! One style of modules: what a folder is stands in its `mod.rs`.

use super::tree::{Violation, files, refuse};

/// A file beside a folder of the same name that holds Rust, both parts of one module.
fn beside_their_folder(paths: &[String]) -> Vec<Violation> {
    let has_folder = |path: &&String| {
        let folder = format!("{}/", path.trim_end_matches(".rs"));
        paths.iter().any(|other| other.starts_with(&folder))
    };
    let reason = "a module with parts is a folder, and what it is stands in its mod.rs: one style, one place to look";
    paths.iter().filter(has_folder).map(|path| Violation::new(path, 1, reason)).collect()
}

#[test]
fn modules_are_of_one_style() {
    refuse(beside_their_folder(&files(&["crates", "bench", "examples", "fuzz"], ".rs")));
}

#[test]
fn the_style_rule_can_fail() {
    let paths = ["a/b.rs", "a/b/c.rs", "a/bc.rs", "d/mod.rs", "d/e.rs"].map(str::to_owned);
    let found = beside_their_folder(&paths);
    assert!(found.len() == 1 && found[0].path == "a/b.rs", "{found:?}");
}
