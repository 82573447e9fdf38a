//! What a syntax tree does not hold: the comments between tokens, and what stands in macros that are no expressions.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

use super::source::Passage;

/// Comments: whatever stands between two tokens, and documentation, which the compiler sees as a token.
pub fn comments(tokens: TokenStream, text: &str) -> Vec<(String, usize)> {
    let mut spans = Vec::new();
    collect_spans(tokens, &mut spans);
    let (mut found, mut at) = (Vec::new(), 0);
    for range in spans {
        if range.start > at {
            comments_between(text, at, range.start, &mut found);
        }
        let token = &text[range.clone()];
        if token.starts_with("//") || token.starts_with("/*") {
            found.push((range.start, token));
        }
        at = at.max(range.end);
    }
    comments_between(text, at, text.len(), &mut found);
    found.dedup();
    found.into_iter().map(|(start, comment)| (comment.to_owned(), line_of(text, start))).collect()
}

fn collect_spans(tokens: TokenStream, spans: &mut Vec<std::ops::Range<usize>>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() != Delimiter::None => {
                spans.push(group.span_open().byte_range());
                collect_spans(group.stream(), spans);
                spans.push(group.span_close().byte_range());
            }
            TokenTree::Group(group) => collect_spans(group.stream(), spans),
            other => spans.push(other.span().byte_range()),
        }
    }
}

/// Whitespace and comments are all that stands between two tokens.
fn comments_between<'a>(text: &'a str, from: usize, to: usize, found: &mut Vec<(usize, &'a str)>) {
    let mut at = from;
    while let Some(start) = text[at..to].find(['/']).map(|offset| at + offset) {
        let rest = &text[start..to];
        let length = if rest.starts_with("/*") { block_comment(rest) } else { rest.find('\n').unwrap_or(rest.len()) };
        found.push((start, &rest[..length]));
        at = start + length.max(1);
    }
}

/// The length of a block comment, which may hold others.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0usize, 0usize);
    loop {
        let (opens, closes) = (text[at..].find("/*"), text[at..].find("*/"));
        match (opens, closes) {
            (Some(open), Some(close)) if open < close => (depth, at) = (depth + 1, at + open + 2),
            (_, Some(close)) if depth > 1 => (depth, at) = (depth - 1, at + close + 2),
            (_, Some(close)) => return at + close + 2,
            (_, None) => return text.len(),
        }
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

pub fn line(span: Span) -> usize {
    span.start().line
}

/// What a macro's tokens hold that is no expression.
#[derive(Default)]
pub struct Opaque {
    /// Words joined by `::`.
    pub paths: Vec<(Vec<String>, usize)>,
    pub strings: Vec<(String, usize)>,
    /// The name, the line, and the last line of every `fn` with a body.
    pub functions: Vec<(String, usize, usize)>,
    /// Names behind `struct`, `enum`, `trait`, `type`, `union`.
    pub types: Vec<(String, usize)>,
}

pub fn scan(tokens: TokenStream, into: &mut Opaque) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Group(group) => scan(group.stream(), into),
            TokenTree::Literal(literal) => into.strings.extend(text_of(literal)),
            TokenTree::Punct(_) => {}
            TokenTree::Ident(ident) => {
                declaration(&tokens, at, into);
                let (words, next) = path_at(&tokens, at);
                into.paths.push((words, line(ident.span())));
                at = next;
                continue;
            }
        }
        at += 1;
    }
}

/// The words of the path that begins here, and where it ends.
fn path_at(tokens: &[TokenTree], mut at: usize) -> (Vec<String>, usize) {
    let is_colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(mark)) if mark.as_char() == ':');
    let mut words = Vec::new();
    while let Some(TokenTree::Ident(ident)) = tokens.get(at) {
        words.push(ident.to_string());
        at += 1;
        if !(is_colon(at) && is_colon(at + 1) && matches!(tokens.get(at + 2), Some(TokenTree::Ident(_)))) {
            break;
        }
        at += 2;
    }
    (words, at)
}

fn declaration(tokens: &[TokenTree], at: usize, into: &mut Opaque) {
    let (TokenTree::Ident(word), Some(TokenTree::Ident(name))) = (&tokens[at], &tokens.get(at + 1)) else { return };
    match word.to_string().as_str() {
        "struct" | "enum" | "trait" | "type" | "union" => into.types.push((name.to_string(), line(name.span()))),
        "fn" => {
            let ends = |token: &&TokenTree| match token {
                TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                TokenTree::Punct(mark) => mark.as_char() == ';',
                _ => false,
            };
            if let Some(TokenTree::Group(body)) = tokens[at..].iter().find(ends) {
                into.functions.push((name.to_string(), line(word.span()), body.span_close().end().line));
            }
        }
        _ => {}
    }
}

fn text_of(literal: &proc_macro2::Literal) -> Option<(String, usize)> {
    let text = match syn::Lit::new(literal.clone()) {
        syn::Lit::Str(text) => text.value(),
        syn::Lit::ByteStr(bytes) => String::from_utf8_lossy(&bytes.value()).into_owned(),
        syn::Lit::CStr(text) => text.value().to_string_lossy().into_owned(),
        _ => return None,
    };
    Some((text, line(literal.span())))
}

/// Passages of product code, until somebody says that they are tests.
pub fn passages(found: Vec<(String, usize)>) -> impl Iterator<Item = Passage> {
    found.into_iter().map(|(text, line)| Passage { text, line, test: false })
}
