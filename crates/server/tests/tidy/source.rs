//! What the rules look at in a source file: the facts, read once from its syntax tree.

use std::ops::RangeInclusive;

/// A text and where it begins: a string literal, a comment, a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    pub text: String,
    pub line: usize,
    pub test: bool,
}

/// A path in the code, as `["thread", "spawn"]`, or a method that is called, as `["spawn"]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    pub words: Vec<String>,
    pub line: usize,
    pub test: bool,
    /// The inline modules around it.
    pub within: Vec<String>,
    /// Only handed on, by a `use` that others see.
    pub handed_on: bool,
}

/// One name that a `use` brings; groups are taken apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    pub from: Vec<String>,
    /// What it is called here; `*` for everything.
    pub name: String,
    pub line: usize,
    pub test: bool,
    /// Seen outside of the folder, `pub` or `pub(crate)`.
    pub is_public: bool,
    pub within: Vec<String>,
}

/// A function with a body.
#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    pub name: String,
    pub line: usize,
    pub last_line: usize,
    /// Described as an operation, by `#[utoipa::path]`.
    pub is_operation: bool,
    pub test: bool,
    /// The lines where it asks the engine and waits for the answer.
    pub engine_calls: Vec<usize>,
}

impl Function {
    pub fn lines(&self) -> usize {
        self.last_line - self.line + 1
    }
}

/// `mod name;` or `mod name { … }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Module {
    pub name: String,
    pub line: usize,
    pub test: bool,
    pub is_public: bool,
    pub within: Vec<String>,
}

/// Something with a name that another file may import.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    pub name: String,
    pub within: Vec<String>,
}

/// A public item of a library.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    pub line: usize,
    /// Of a type; functions and constants have none.
    pub type_name: Option<String>,
    /// How often its documentation shows how to use it.
    pub examples: usize,
}

#[derive(Debug, Default)]
pub struct Source {
    pub path: String,
    pub text: String,
    pub paths: Vec<Named>,
    pub imports: Vec<Import>,
    pub strings: Vec<Passage>,
    pub comments: Vec<Passage>,
    pub functions: Vec<Function>,
    /// Names of declared types, associated ones too.
    pub types: Vec<Passage>,
    pub modules: Vec<Module>,
    pub definitions: Vec<Definition>,
    /// The types that `impl` blocks are about.
    pub implemented: Vec<Named>,
    pub published: Vec<Published>,
    /// Public types of which the first is another name for the second.
    pub aliases: Vec<(String, String)>,
    /// Types that hold nothing but a reference, with the name of what it is to.
    pub references: Vec<(String, String)>,
    /// Types with a public method that is async.
    pub asking: Vec<String>,
    /// The lines of every item under `#[cfg(test)]`.
    pub test_items: Vec<RangeInclusive<usize>>,
    /// Lines of socket addresses of this machine with a port other than 0.
    pub fixed_ports: Vec<usize>,
}

impl Source {
    pub fn parse(path: &str, text: &str) -> Self {
        super::reading::read(path, text)
    }

    /// Does this file belong to what is shipped?
    pub fn in_product(&self) -> bool {
        self.path.starts_with("crates/") && self.path.contains("/src/")
    }

    /// Does the path lie in this folder?
    pub fn is_in(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }
}

fn named(source: &Source) -> Vec<String> {
    source.paths.iter().map(|named| named.words.join("::")).collect()
}

#[test]
fn comments_and_strings_are_not_code() {
    let text = "// thread::a\nfn f() {\n /* b::c /* d::e */ f::g */ x(\"h::i // j\", r#\"k \" l\"#, 'm', '\\'');\n}\n/// n::o\nstruct S;";
    let source = Source::parse("x.rs", text);
    assert_eq!(named(&source), ["x"]);
    let comments: Vec<_> = source.comments.iter().map(|comment| (comment.line, comment.text.as_str())).collect();
    assert_eq!(comments, [(1, "// thread::a"), (3, "/* b::c /* d::e */ f::g */"), (5, "/// n::o")]);
    let source = Source::parse("x.rs", "//! ä €\n\n// ü\nfn f() { /* ö */ }\n// end");
    assert_eq!(source.comments.iter().map(|comment| comment.line).collect::<Vec<_>>(), [1, 3, 4, 5]);
}

#[test]
fn literals_keep_their_text_and_line() {
    let text = "\n\nconst A: &str = \"one\ntwo\";\nconst B: &[u8] = br#\"th\"ree\"#;\nmacro_rules! m { () => { \"four\" } }\nfn f() { m!(a => \"five\"); }";
    let source = Source::parse("x.rs", text);
    let mut found: Vec<_> = source.strings.iter().map(|passage| (passage.line, passage.text.as_str())).collect();
    found.sort_unstable();
    assert_eq!(found, [(3, "one\ntwo"), (5, "th\"ree"), (6, "four"), (7, "five")]);
}

#[test]
fn paths_are_read_wherever_they_stand() {
    let text = "use a::{self, b::{c as d, *}};\nfn f(x: e::F<g::H>) { i!(j::k, l); m! { n::o => p } }\n#[q(r::s)]\nstruct T(u::V);";
    let source = Source::parse("x.rs", text);
    let found = named(&source);
    for path in ["a", "a::b::c", "a::b", "e::F", "g::H", "i!", "j::k", "n::o", "q", "r::s", "u::V"] {
        assert!(found.iter().any(|named| named == path), "{path}: {found:?}");
    }
    let imports: Vec<_> = source.imports.iter().map(|import| (import.from.join("::"), import.name.as_str())).collect();
    assert_eq!(imports, [("a".to_owned(), "a"), ("a::b::c".to_owned(), "d"), ("a::b".to_owned(), "*")]);
}

#[test]
fn test_code_is_known_as_such() {
    let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() { x::y; }\n}\nfn c() {}\nimpl T {\n #[cfg(test)]\n fn d() {}\n}";
    let source = Source::parse("x.rs", text);
    let found: Vec<_> = source.functions.iter().map(|f| (f.name.as_str(), f.test)).collect();
    assert_eq!(found, [("a", false), ("b", true), ("c", false), ("d", true)]);
    assert_eq!(source.test_items, [2..=5, 8..=9]);
    assert!(source.paths.iter().find(|named| named.words == ["x", "y"]).is_some_and(|named| named.test));
    assert!(Source::parse("crates/x/tests/y.rs", "fn a() {}").functions[0].test);
}

#[test]
fn functions_know_their_length() {
    let text = "trait T { fn no_body(&self) -> [u8; 4]; }\n#[utoipa::path(get)]\npub(crate) async fn f(\n x: [u8; 2],\n) where X: Y\n{\n if a { b }\n}\ntype F = fn(u8);\nm! { fn g() {\n } }";
    let source = Source::parse("x.rs", text);
    let found: Vec<_> = source.functions.iter().map(|f| (f.name.as_str(), f.line, f.lines(), f.is_operation)).collect();
    assert_eq!(found, [("f", 3, 6, true), ("g", 10, 2, false)]);
}
