//! Texts that are nearly right: what is right, with a few changes.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// One change.
#[derive(Clone, Debug)]
pub enum Edit {
    Cut(Index, Index),
    Put(Index, String),
    Replace(Index, char),
    Double(Index, Index),
}

/// What breaks readers more often than chance would have it.
const AWKWARD: &[&str] = &[
    "",
    "\u{0}",
    "\n",
    "\r\n",
    "\t",
    " ",
    "\"",
    "'",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    ";",
    "=",
    "%",
    "%00",
    "..",
    "_",
    "-",
    "+",
    "/",
    "\u{feff}",
    "\u{202e}",
    "\u{301}",
    "é",
    "😀",
    "\u{10ffff}",
    "0",
    "-1",
    "9223372036854775808",
    "1e999",
    "null",
    "true",
    "&a",
    "*a",
    "!!binary",
    "<<",
    "---",
];

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![4 => select(AWKWARD).prop_map(str::to_owned), 2 => ".{0,12}", 1 => "[a-zA-Z0-9]{1,40}"]
}

/// A few changes, most often one.
pub fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = prop_oneof![
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Edit::Cut(from, to)),
        (any::<Index>(), piece()).prop_map(|(at, text)| Edit::Put(at, text)),
        (any::<Index>(), any::<char>()).prop_map(|(at, char)| Edit::Replace(at, char)),
        (any::<Index>(), "[a-zA-Z0-9_-]").prop_map(|(at, text)| Edit::Replace(at, text.chars().next().unwrap_or('a'))),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Edit::Double(from, to)),
    ];
    vec(edit, 0..4)
}

/// The text after these changes.
pub fn edited(text: &str, edits: &[Edit]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for edit in edits {
        let between = |from: &Index, to: &Index| {
            let (from, to) = (from.index(chars.len() + 1), to.index(chars.len() + 1));
            from.min(to)..from.max(to)
        };
        match edit {
            Edit::Cut(from, to) => {
                let range = between(from, to);
                chars.drain(range);
            }
            Edit::Double(from, to) => {
                let range = between(from, to);
                let again: Vec<char> = chars[range.clone()].iter().take(4096).copied().collect();
                chars.splice(range.end..range.end, again);
            }
            Edit::Put(at, text) => {
                let at = at.index(chars.len() + 1);
                chars.splice(at..at, text.chars());
            }
            Edit::Replace(at, char) => {
                if !chars.is_empty() {
                    let at = at.index(chars.len());
                    chars[at] = *char;
                }
            }
        }
    }
    chars.into_iter().collect()
}
