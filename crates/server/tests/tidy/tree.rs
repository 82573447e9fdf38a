//! The source tree: its files, their facts, and what becomes of a rule that one of them breaks.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::source::Source;

#[derive(Debug, PartialEq)]
pub struct Violation {
    pub path: String,
    pub line: usize,
    pub reason: String,
}

impl Violation {
    pub fn new(path: &str, line: usize, reason: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, reason: reason.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.reason)
    }
}

/// A rule: what is wrong with this source.
pub type Check = fn(&Source) -> Vec<Violation>;

/// A violation wherever one of these phrases stands (`thread::spawn`, `SystemTime::now`, …).
pub fn phrases(source: &Source, phrases: &[&[&str]], in_tests: bool, reason: &str) -> Vec<Violation> {
    let mut found = Vec::new();
    for named in source.paths.iter().filter(|named| named.test == in_tests) {
        let stands = |phrase: &&&[&str]| named.words.windows(phrase.len()).any(|words| words == **phrase);
        if let Some(phrase) = phrases.iter().find(stands) {
            found.push(Violation::new(&source.path, named.line, format!("`{}`: {reason}", phrase.join("::"))));
        }
    }
    found.sort_by_key(|violation| violation.line);
    found.dedup();
    found
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[expect(clippy::disallowed_methods, reason = "this test's subject is the source tree")]
pub fn read(path: &str) -> Option<String> {
    std::fs::read_to_string(root().join(path)).ok()
}

/// Every file below these folders whose name ends so, in a stable order, as paths from the root of the repository.
pub fn files(under: &[&str], ending: &str) -> Vec<String> {
    let mut pending: Vec<String> = under.iter().map(ToString::to_string).collect();
    let mut found = Vec::new();
    while let Some(folder) = pending.pop() {
        let Ok(entries) = std::fs::read_dir(root().join(&folder)) else {
            continue;
        };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if folder == "." { name.clone() } else { format!("{folder}/{name}") };
            if entry.path().is_dir() {
                if !name.starts_with('.') && !matches!(name.as_str(), "target" | "node_modules" | "data") {
                    pending.push(path);
                }
            } else if name.ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Every Rust file of the repository, read once for all rules.
pub fn sources() -> &'static [Source] {
    static SOURCES: OnceLock<Vec<Source>> = OnceLock::new();
    SOURCES.get_or_init(|| {
        let paths = files(&["crates", "bench", "examples", "fuzz"], ".rs");
        assert!(!paths.is_empty(), "there is no file to look at");
        paths.iter().map(|path| Source::parse(path, &read(path).unwrap_or_default())).collect()
    })
}

/// Applies a rule to every Rust file of the repository.
pub fn enforce(check: Check) {
    refuse(sources().iter().flat_map(check).collect());
}

pub fn refuse(violations: Vec<Violation>) {
    let lines: Vec<String> = violations.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "{} found:\n{}\n", lines.len(), lines.join("\n"));
}

/// The rule refuses this text, once for each of these lines.
#[track_caller]
pub fn refuses(check: Check, path: &str, text: &str, lines: &[usize]) {
    let found = check(&Source::parse(path, text));
    let at: Vec<usize> = found.iter().map(|violation| violation.line).collect();
    assert_eq!(at, lines, "{path}: {found:?}");
    assert!(found.iter().all(|violation| violation.path == path && violation.reason.len() > 20), "{found:?}");
}

#[track_caller]
pub fn accepts(check: Check, path: &str, text: &str) {
    refuses(check, path, text, &[]);
}
