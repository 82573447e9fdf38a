//! Rule 9: what the documents name exists.

use super::tree::{Violation, files, read, refuse, root};

const PAGES: &[&str] = &["ARCHITECTURE.md", "README.md", "CONTRIBUTING.md", "SECURITY.md"];
const FOLDERS: &[&str] = &["crates/", "bench/", "docs/", "scripts/", "fuzz/", "examples/", "clients/", "console/", ".ci/"];
const ROOT_FILES: &[&str] = &["clippy.toml", "deny.toml", "rust-toolchain.toml", "Cargo.toml", "Cargo.lock", "LICENSE"];

/// Does this text in backticks mean a path of the repository?
fn means_a_path(text: &str) -> bool {
    let plain = !text.contains(|c: char| c.is_whitespace() || "{}<>*…$()\"".contains(c));
    let page = text.ends_with(".md") && !text.contains('/') && text.starts_with(char::is_uppercase);
    plain && (FOLDERS.iter().any(|folder| text.starts_with(folder)) || ROOT_FILES.contains(&text) || page)
}

/// The paths that a line names: in backticks from the root, in links from the page's own folder.
fn named_on(line: &str, folder: &str) -> Vec<String> {
    let in_backticks = line.split('`').skip(1).step_by(2).filter(|text| means_a_path(text));
    let mut paths: Vec<String> = in_backticks.map(|text| text.split([':', '#']).next().unwrap_or("").to_owned()).collect();
    let outside: String = line.split('`').step_by(2).collect();
    for rest in outside.split("](").skip(1) {
        let target = rest.split([')', ' ', '#']).next().unwrap_or("");
        if !target.is_empty() && !target.contains("://") && !target.starts_with(['/', '<']) && !target.starts_with("mailto:") {
            paths.push(format!("{folder}{target}"));
        }
    }
    paths
}

fn names_only_what_exists(path: &str, text: &str, exists: &dyn Fn(&str) -> bool) -> Vec<Violation> {
    let folder = path.rfind('/').map_or("", |end| &path[..=end]);
    let mut fenced = false;
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            let missing = named_on(line, folder).into_iter().filter(|named| !exists(named));
            let reason =
                |named: &str| format!("`{named}` does not exist: a page that names what is gone misleads (ARCHITECTURE.md, rule 9)");
            found.extend(missing.map(|named| Violation::new(path, index + 1, reason(&named))));
        }
    }
    found
}

#[test]
fn documents_name_only_what_exists() {
    let pages = PAGES.iter().map(ToString::to_string).chain(files(&["docs"], ".md"));
    let exists = |named: &str| root().join(named).exists();
    let check = |path: String| names_only_what_exists(&path, &read(&path).unwrap_or_default(), &exists);
    refuse(pages.flat_map(check).collect());
}

#[test]
fn the_path_rule_can_fail() {
    let exists = |named: &str| ["crates/engine/", "docs/a.md", "crates/engine/src/lib.rs", "docs/../README.md"].contains(&named);
    let text = "`crates/engine/` and `crates/gone.rs`\n[a](../README.md#x) [b](b.md) [c](https://x.y)\n`crates/engine/src/lib.rs:12` `GONE.md`\n```\n`crates/no.rs`\n```\n`crates/{a,b}` `a/b` `mod.rs` `cloakroom.toml`";
    let found = names_only_what_exists("docs/page.md", text, &exists);
    let at: Vec<(usize, bool)> = found.iter().map(|violation| (violation.line, violation.reason.contains("exist"))).collect();
    assert_eq!(at, [(1, true), (2, true), (3, true)], "{found:?}");
}
