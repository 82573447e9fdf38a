//! Rust as far as the rules need it: what is code, what is a comment, what is a string.

use super::source::{Lexeme, Passage, Source};

struct Cursor<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes.min(self.rest.len()));
        self.line += taken.matches('\n').count();
        self.rest = rest;
        taken
    }

    /// The length of a block comment, which may hold others.
    fn block_comment(&self) -> usize {
        let (mut depth, mut at) = (0usize, 0usize);
        while at < self.rest.len() {
            if self.rest[at..].starts_with("/*") {
                depth += 1;
                at += 2;
            } else if self.rest[at..].starts_with("*/") {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            } else {
                at += self.rest[at..].chars().next().map_or(1, char::len_utf8);
            }
        }
        at
    }

    /// The prefix, the text and the whole length of the string literal that begins here.
    fn string(&self) -> Option<(Range, usize)> {
        let prefix = ["br", "cr", "b", "c", "r", ""].iter().find(|prefix| {
            let after = self.rest.strip_prefix(**prefix).unwrap_or("");
            after.starts_with('"') || (prefix.ends_with('r') && after.trim_start_matches('#').starts_with('"') && after.starts_with('#'))
        })?;
        let hashes = self.rest[prefix.len()..].chars().take_while(|c| *c == '#').count();
        let start = prefix.len() + hashes + 1;
        if prefix.ends_with('r') {
            let end = format!("\"{}", "#".repeat(hashes));
            let length = self.rest[start..].find(&end).unwrap_or(self.rest.len() - start);
            return Some((start..start + length, start + length + end.len()));
        }
        let mut escaped = false;
        for (offset, c) in self.rest[start..].char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => return Some((start..start + offset, start + offset + 1)),
                _ => {}
            }
        }
        Some((start..self.rest.len(), self.rest.len()))
    }

    /// The length of the character literal that begins here; none when it is a lifetime.
    fn character(&self) -> Option<usize> {
        let body = self.rest.strip_prefix('\'')?;
        if body.starts_with('\\') {
            return body.get(2..)?.find('\'').map(|end| end + 4);
        }
        let first = body.chars().next()?.len_utf8();
        body[first..].starts_with('\'').then_some(first + 2)
    }

    fn word(&self) -> usize {
        self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len())
    }
}

type Range = std::ops::Range<usize>;

pub fn lex(text: &str, into: &mut Source) {
    let mut cursor = Cursor { rest: text, line: 1 };
    while let Some(first) = cursor.rest.chars().next() {
        let line = cursor.line;
        let passage = |text: &str| Passage { text: text.to_owned(), line, test: false };
        let lexeme = |text: &str| Lexeme { text: text.to_owned(), line, test: false };
        if cursor.rest.starts_with("//") {
            let length = cursor.rest.find('\n').unwrap_or(cursor.rest.len());
            into.comments.push(passage(cursor.take(length)));
        } else if cursor.rest.starts_with("/*") {
            let length = cursor.block_comment();
            into.comments.push(passage(cursor.take(length)));
        } else if let Some((range, length)) = cursor.string() {
            let literal = cursor.take(length);
            into.strings.push(passage(&literal[range]));
            into.lexemes.push(lexeme("\""));
        } else if let Some(length) = cursor.character() {
            cursor.take(length);
            into.lexemes.push(lexeme("\""));
        } else if cursor.word() > 0 {
            let length = cursor.word();
            into.lexemes.push(lexeme(cursor.take(length)));
        } else if cursor.rest.starts_with("::") {
            into.lexemes.push(lexeme(cursor.take(2)));
        } else {
            let mark = cursor.take(first.len_utf8());
            if !first.is_whitespace() {
                into.lexemes.push(lexeme(mark));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        Source::parse("x.rs", text).lexemes.iter().map(|lexeme| lexeme.text.clone()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_and_strings_are_not_code() {
        assert_eq!(words("a // b\n/* c /* d */ e */ f"), "a f");
        assert_eq!(
            words(r##"x("a \" b", r#"c " d"#, b"e", br"f", 'g', '\'', '"', '\u{1F600}')"##),
            "x ( \" , \" , \" , \" , \" , \" , \" , \" )"
        );
        assert_eq!(words("fn f<'a>(x: &'a str) -> r#type"), "fn f < ' a > ( x : & ' a str ) - > r # type");
    }

    #[test]
    fn literals_keep_their_text_and_line() {
        let source = Source::parse("x.rs", "\n\nlet a = \"one\ntwo\";\nlet b = r#\"th\"ree\"#;");
        let found: Vec<_> = source.strings.iter().map(|passage| (passage.line, passage.text.as_str())).collect();
        assert_eq!(found, [(3, "one\ntwo"), (5, "th\"ree")]);
    }

    #[test]
    fn test_code_is_known_as_such() {
        let source = Source::parse("x.rs", "fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() { x[1]; }\n}\nfn c() {}");
        let found: Vec<_> = source.functions().iter().map(|f| (f.name.clone(), f.test)).collect();
        assert_eq!(found, [("a".to_owned(), false), ("b".to_owned(), true), ("c".to_owned(), false)]);
        assert!(Source::parse("crates/x/tests/y.rs", "fn a() {}").functions()[0].test);
    }

    #[test]
    fn functions_know_their_length_and_kind() {
        let source = Source::parse(
            "x.rs",
            "trait T { fn no_body(&self) -> [u8; 4]; }\npub(crate) async fn f(\n x: [u8; 2],\n) where X: Y\n{\n if a { b }\n}\ntype F = fn(u8);",
        );
        let functions = source.functions();
        assert_eq!(functions.len(), 1);
        let f = &functions[0];
        assert_eq!((f.name.as_str(), f.line, f.lines(), f.is_async, f.is_public), ("f", 2, 6, true, true));
    }
}
