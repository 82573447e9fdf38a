//! Text into what the rules look at: tokens, string literals, comments, functions, and which of it is test code.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

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

/// A rule: what is wrong with this text at this path.
pub type Check = fn(&str, &str) -> Vec<Violation>;

/// A word, a number, `::`, a quote in place of a literal, or one mark of punctuation.
#[derive(Debug, Clone, PartialEq)]
pub struct Lexeme {
    pub text: String,
    pub line: usize,
    pub test: bool,
}

/// A string literal or a comment.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    pub text: String,
    pub line: usize,
    pub test: bool,
}

pub struct Function {
    pub name: String,
    pub line: usize,
    pub last_line: usize,
    pub is_async: bool,
    pub is_public: bool,
    pub test: bool,
    pub body: Range<usize>,
}

impl Function {
    pub fn lines(&self) -> usize {
        self.last_line - self.line + 1
    }
}

#[derive(Default)]
pub struct Source {
    pub lexemes: Vec<Lexeme>,
    pub strings: Vec<Passage>,
    pub comments: Vec<Passage>,
}

impl Source {
    pub fn parse(path: &str, text: &str) -> Self {
        let mut source = Self::default();
        super::lexer::lex(text, &mut source);
        let everything = path.contains("/tests/") || path.ends_with("/tests.rs");
        let test_lines = source.test_items();
        let is_test = |line: usize| everything || test_lines.iter().any(|range| range.contains(&line));
        source.lexemes.iter_mut().for_each(|lexeme| lexeme.test = is_test(lexeme.line));
        source.strings.iter_mut().chain(&mut source.comments).for_each(|passage| passage.test = is_test(passage.line));
        source
    }

    /// The lines of every item under `#[cfg(test)]`.
    pub fn test_items(&self) -> Vec<Range<usize>> {
        let mut ranges = Vec::new();
        for start in 0..self.lexemes.len() {
            if self.at(start, &["#", "[", "cfg", "(", "test", ")", "]"]) {
                let end = self.item_end(start + 7);
                ranges.push(self.lexemes[start].line..self.lexemes[end].line + 1);
            }
        }
        ranges
    }

    /// The index of the `;` or of the closing brace that ends the item begun at `start`.
    fn item_end(&self, start: usize) -> usize {
        let mut depth = 0i32;
        for (index, lexeme) in self.lexemes.iter().enumerate().skip(start) {
            match lexeme.text.as_str() {
                "{" | "(" | "[" => depth += 1,
                ")" | "]" => depth -= 1,
                "}" => {
                    depth -= 1;
                    if depth <= 0 {
                        return index;
                    }
                }
                ";" if depth == 0 => return index,
                _ => {}
            }
        }
        self.lexemes.len().saturating_sub(1)
    }

    /// Do these words stand at `index`?
    pub fn at(&self, index: usize, words: &[&str]) -> bool {
        self.lexemes.len() >= index + words.len() && words.iter().zip(&self.lexemes[index..]).all(|(word, l)| *word == l.text)
    }

    pub fn word(&self, index: usize) -> &str {
        self.lexemes.get(index).map_or("", |lexeme| &lexeme.text)
    }

    /// The index of the brace that closes the one at `open`.
    pub fn closing(&self, open: usize) -> usize {
        let mut depth = 0i32;
        for (index, lexeme) in self.lexemes.iter().enumerate().skip(open) {
            match lexeme.text.as_str() {
                "{" => depth += 1,
                "}" => depth -= 1,
                _ => continue,
            }
            if depth == 0 {
                return index;
            }
        }
        self.lexemes.len().saturating_sub(1)
    }

    /// Every function that has a body, nested ones too.
    pub fn functions(&self) -> Vec<Function> {
        (0..self.lexemes.len()).filter(|index| self.word(*index) == "fn").filter_map(|index| self.function(index)).collect()
    }

    fn function(&self, index: usize) -> Option<Function> {
        let name = self.word(index + 1);
        if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            return None;
        }
        let mut depth = 0i32;
        let open = (index + 2..self.lexemes.len()).find(|i| {
            match self.word(*i) {
                "(" | "[" => depth += 1,
                ")" | "]" => depth -= 1,
                _ => {}
            }
            depth == 0 && matches!(self.word(*i), "{" | ";")
        })?;
        if self.word(open) == ";" {
            return None;
        }
        let close = self.closing(open);
        let qualifiers = ["pub", "(", "crate", "super", "self", "in", ")", "const", "async", "unsafe", "extern", "\""];
        let before: Vec<&str> = (0..index).rev().map(|i| self.word(i)).take_while(|word| qualifiers.contains(word)).collect();
        Some(Function {
            name: name.to_owned(),
            line: self.lexemes[index].line,
            last_line: self.lexemes[close].line,
            is_async: before.contains(&"async"),
            is_public: before.contains(&"pub"),
            test: self.lexemes[index].test,
            body: open..close,
        })
    }
}

/// A violation wherever one of these phrases stands in product code (`thread::spawn`, `SystemTime::now`, …).
pub fn phrases(path: &str, source: &Source, phrases: &[&[&str]], in_tests: bool, reason: &str) -> Vec<Violation> {
    let mut found = Vec::new();
    for (index, lexeme) in source.lexemes.iter().enumerate().filter(|(_, lexeme)| lexeme.test == in_tests) {
        if let Some(phrase) = phrases.iter().find(|phrase| source.at(index, phrase)) {
            found.push(Violation::new(path, lexeme.line, format!("`{}`: {reason}", phrase.concat())));
        }
    }
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

/// Applies a rule to every Rust file of the repository.
pub fn enforce(check: Check) {
    enforce_on(&files(&["crates", "bench", "examples", "fuzz"], ".rs"), check);
}

pub fn enforce_on(paths: &[String], check: Check) {
    assert!(!paths.is_empty(), "the rule looked at no file at all");
    refuse(paths.iter().flat_map(|path| check(path, &read(path).unwrap_or_default())).collect());
}

pub fn refuse(violations: Vec<Violation>) {
    let lines: Vec<String> = violations.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "{} found:\n{}\n", lines.len(), lines.join("\n"));
}

/// The rule refuses this text, once for each of these lines.
#[track_caller]
pub fn refuses(check: Check, path: &str, text: &str, lines: &[usize]) {
    let found = check(path, text);
    let at: Vec<usize> = found.iter().map(|violation| violation.line).collect();
    assert_eq!(at, lines, "{path}: {found:?}");
    assert!(found.iter().all(|violation| violation.path == path && violation.reason.len() > 20), "{found:?}");
}

#[track_caller]
pub fn accepts(check: Check, path: &str, text: &str) {
    refuses(check, path, text, &[]);
}
