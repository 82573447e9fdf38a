//! What applications keep with a session: a small JSON object. The engine reads no JSON: it knows the members by their names, and each value
//! as the text that whoever read it wrote.

use std::fmt;

use super::SessionView;
use crate::audit::{Action, Actor, AuditEntry, RequestOrigin, ResourceKind};
use crate::clock::Timestamp;
use crate::sessions::Session;

/// Bytes that it may have as compact JSON.
pub const LONGEST_METADATA: usize = 4096;

/// Members that it may have.
pub const MOST_MEMBERS: usize = 64;

/// Bytes that the name of a member may have.
pub const LONGEST_MEMBER_NAME: usize = 64;

/// Levels of objects and lists that it may have, itself being the first. Whoever reads the JSON sees to it.
pub const DEEPEST_METADATA: usize = 8;

/// Members of it that an application may be given in tokens.
pub const MOST_CLAIMS: usize = 16;

/// Bytes of it that go into a token, as compact JSON.
pub const LONGEST_CLAIM: usize = 1024;

/// The greatest edition that is told: what every reader of JSON holds exactly (RFC 8259 section 6).
pub const LAST_EDITION: i64 = (1 << 53) - 1;

/// What cannot be kept, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MetadataFault {
    #[error("must have members named by a letter or _ and then letters, digits, _, -, . and :, at most 64 in all")]
    Name,
    #[error("must have at most 64 members")]
    Members,
    #[error("must have at most 4096 bytes as compact JSON")]
    Length,
}

/// Whether a member may be called so. Such names need no escape in JSON, and stand in the directory as words.
pub fn is_member_name(name: &str) -> bool {
    let goes_on = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b':');
    let begins = |b: &u8| b.is_ascii_alphabetic() || *b == b'_';
    name.as_bytes().first().is_some_and(begins) && name.bytes().all(goes_on) && name.len() <= LONGEST_MEMBER_NAME
}

/// What is kept with a session: names and values, by name. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct SessionMetadata(Vec<(String, String)>);

impl SessionMetadata {
    /// Of members whose values are compact JSON.
    ///
    /// # Errors
    /// When there are too many, they are too long, or one has a name that none may have.
    pub fn new(mut members: Vec<(String, String)>) -> Result<Self, MetadataFault> {
        if members.len() > MOST_MEMBERS {
            return Err(MetadataFault::Members);
        }
        members.sort_unstable();
        let is_twice = members.windows(2).any(|pair| pair[0].0 == pair[1].0);
        if is_twice || !members.iter().all(|(name, _)| is_member_name(name)) {
            return Err(MetadataFault::Name);
        }
        let metadata = Self(members);
        // In JSON a line ends within no value, so that one ends each member where it is kept.
        let is_one_line = metadata.0.iter().all(|(_, value)| !value.contains('\n'));
        if is_one_line && metadata.len() <= LONGEST_METADATA { Ok(metadata) } else { Err(MetadataFault::Length) }
    }

    /// Bytes as compact JSON.
    fn len(&self) -> usize {
        2 + self.0.iter().map(member_len).sum::<usize>() + self.0.len().saturating_sub(1)
    }

    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names and values, each value as JSON, by name.
    pub fn members(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// As compact JSON.
    pub fn json(&self) -> String {
        self.written("{", ",", "}")
    }

    /// As it is kept: JSON, too, each member on a line of its own.
    pub fn kept(&self) -> String {
        if self.is_empty() { "{}".to_owned() } else { self.written("{\n", ",\n", "\n}") }
    }

    fn written(&self, begin: &str, between: &str, end: &str) -> String {
        let members: Vec<_> = self.members().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        format!("{begin}{}{end}", members.join(between))
    }

    /// What [`Self::kept`] wrote; `None` of anything else.
    pub fn parse(kept: &str) -> Option<Self> {
        if kept == "{}" {
            return Some(Self::default());
        }
        let lines = kept.strip_prefix("{\n")?.strip_suffix("\n}")?.split(",\n");
        let member = |line: &str| {
            let (name, value) = line.strip_prefix('"')?.split_once("\":")?;
            Some((name.to_owned(), value.to_owned()))
        };
        Self::new(lines.map(member).collect::<Option<_>>()?).ok()
    }

    /// Of these members what there is, in the order of `names` as far as it fits into a token; `None` where that is nothing.
    pub fn picked(&self, names: &[String]) -> Option<Self> {
        let (mut picked, mut length): (Vec<(String, String)>, _) = (Vec::new(), 2);
        for name in names {
            let Some(member) = self.0.iter().find(|(known, _)| known == name).filter(|member| !picked.contains(*member)) else { continue };
            let longer = length + member_len(member) + usize::from(!picked.is_empty());
            if longer <= LONGEST_CLAIM {
                length = longer;
                picked.push(member.clone());
            }
        }
        picked.sort_unstable();
        (!picked.is_empty()).then_some(Self(picked))
    }
}

fn member_len((name, value): &(String, String)) -> usize {
    name.len() + 3 + value.len()
}

impl fmt::Debug for SessionMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// What is kept with a session, and how often that was written: 0 where it never was.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct KeptMetadata {
    pub edition: i64,
    pub metadata: SessionMetadata,
}

impl KeptMetadata {
    /// Of a session that was created with it.
    pub fn first(metadata: SessionMetadata) -> Self {
        Self { edition: i64::from(!metadata.is_empty()), metadata }
    }

    /// What takes its place.
    pub fn followed_by(edition: i64, metadata: SessionMetadata) -> Self {
        Self { edition: edition.saturating_add(1), metadata }
    }
}

/// A session that somebody looks at, with what is kept with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WithMetadata {
    pub view: SessionView,
    pub kept: KeptMetadata,
}

/// What the trail says of a change: that there was one, and nothing of what is kept.
pub(super) fn metadata_entry(at: Timestamp, actor: Actor, session: &Session, next: &KeptMetadata, origin: &RequestOrigin) -> AuditEntry {
    AuditEntry::success(at, Action::SessionMetadataSet, ResourceKind::Session, actor, origin.clone())
        .on(session.uid)
        .within(session.tenant)
        .with("user_id", session.user_uid.to_string())
        .with("edition", next.edition.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(members: &[(&str, &str)]) -> SessionMetadata {
        SessionMetadata::new(members.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()).unwrap()
    }

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_kept_reads_back_whatever_the_values_say() {
        for members in [&[][..], &[("a", "1")], &[("a", r#""x\":,\n\"b\":2""#), ("b", r#"{"c":[1,{}]}"#), ("_Z.9:-", "null")]] {
            let metadata = of(members);
            assert_eq!(SessionMetadata::parse(&metadata.kept()), Some(metadata.clone()));
            assert_eq!(metadata.kept().replace('\n', ""), metadata.json());
            assert_eq!(metadata.len(), metadata.json().len());
        }
        for broken in ["", "{", "{\n}", "{\"a\":1}", "{\n\"a\"1\n}", "{\n\"a b\":1\n}", "{\n\"b\":1,\n\"b\":2\n}", "null"] {
            assert_eq!(SessionMetadata::parse(broken), None, "{broken:?}");
        }
    }

    #[test]
    fn its_names_its_number_and_its_length_are_bounded() {
        let value = |length: usize| format!("\"{}\"", "x".repeat(length - 2));
        let one = |name: &str, value: String| SessionMetadata::new(vec![(name.to_owned(), value)]).map(|_| ());
        assert_eq!(one("a", value(LONGEST_METADATA - 6)), Ok(()));
        assert_eq!(one("a", value(LONGEST_METADATA - 5)), Err(MetadataFault::Length));
        for name in ["", "1a", "-a", "a b", "a\"", "ä", "a\n", &"n".repeat(65)] {
            assert_eq!(one(name, "1".into()), Err(MetadataFault::Name), "{name:?}");
        }
        let many = |count: usize| SessionMetadata::new((0..count).map(|n| (format!("n{n}"), "1".to_owned())).collect());
        assert!(many(MOST_MEMBERS).is_ok() && many(MOST_MEMBERS + 1) == Err(MetadataFault::Members));
    }

    #[test]
    fn what_goes_into_a_token_is_chosen_and_bounded() {
        let long = format!("\"{}\"", "x".repeat(1000));
        let metadata = of(&[("tier", "\"gold\""), ("seat", "7"), ("long", &long), ("note", "{}")]);
        let picked = |names: &[&str]| metadata.picked(&words(names)).map(|picked| picked.json());
        assert_eq!(picked(&["tier", "nothing", "seat", "seat"]).as_deref(), Some(r#"{"seat":7,"tier":"gold"}"#));
        assert_eq!((picked(&[]), picked(&["nothing"])), (None, None));
        // What does not fit any more stays out; what comes behind it may still fit.
        let most = picked(&["long", "tier", "note"]).unwrap();
        assert!(most.len() <= LONGEST_CLAIM && most.contains("note") && !most.contains("tier"), "{most}");
        assert_eq!(picked(&["tier", "long", "note"]).as_deref(), Some(r#"{"note":{},"tier":"gold"}"#));
    }

    #[test]
    fn nothing_of_the_values_is_in_what_is_printed() {
        let kept = KeptMetadata::first(of(&[("tier", "\"gold\"")]));
        let printed = format!("{kept:?}");
        assert!(printed.contains("tier") && !printed.contains("gold"), "{printed}");
    }
}
