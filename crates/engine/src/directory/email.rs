//! Email addresses: one spelling for each, so that two that look alike or lead to one mailbox are one.

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};
use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};
use unicode_normalization::UnicodeNormalization as _;

/// Bytes of an address (RFC 5321 section 4.5.3.1.3, without the angle brackets).
const LONGEST: usize = 254;

/// Why a text is no address.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EmailProblem {
    #[error("is not an email address")]
    NoAddress,
    #[error("has more than one @")]
    SecondAt,
    #[error("has a space, or a character that nobody sees")]
    Unseen,
    #[error("does not end in a domain name")]
    NoDomain,
    #[error("is longer than {LONGEST} bytes")]
    TooLong,
}

/// An address as it is kept: trimmed, lower-cased, composed (NFC), the domain in A-labels (IDNA).
///
/// # Errors
/// Which rule it breaks.
pub fn read_email(text: &str) -> Result<String, EmailProblem> {
    let email: String = text.trim().to_lowercase().nfc().collect();
    let (local, domain) = email.split_once('@').ok_or(EmailProblem::NoAddress)?;
    if local.is_empty() || domain.is_empty() {
        return Err(EmailProblem::NoAddress);
    }
    if domain.contains('@') {
        return Err(EmailProblem::SecondAt);
    }
    if email.chars().any(is_unseen) {
        return Err(EmailProblem::Unseen);
    }
    let email = format!("{local}@{}", ascii_domain(domain).ok_or(EmailProblem::NoDomain)?);
    if email.len() > LONGEST { Err(EmailProblem::TooLong) } else { Ok(email) }
}

/// As [`read_email`], for whoever only asks whether.
pub fn canonical_email(text: &str) -> Option<String> {
    read_email(text).ok()
}

/// A domain in A-labels, as it is looked up and as mail servers are told it. `None` when it is no name of a host.
pub fn ascii_domain(domain: &str) -> Option<String> {
    let ascii = Uts46::new().to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify);
    ascii.ok().map(Into::into)
}

/// What has no shape of its own: controls, spaces, directions, joiners, fillers, what Unicode has not assigned.
fn is_unseen(c: char) -> bool {
    use GeneralCategory as Category;
    let category = CodePointMapData::<Category>::new().get(c);
    let has_no_shape = matches!(
        category,
        Category::Control
            | Category::Format
            | Category::LineSeparator
            | Category::ParagraphSeparator
            | Category::PrivateUse
            | Category::SpaceSeparator
            | Category::Surrogate
            | Category::Unassigned
    );
    has_no_shape || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// As addresses were kept before [`read_email`]: their rows are still there.
fn as_kept_before(text: &str) -> Option<String> {
    let email = text.trim().to_lowercase();
    let (local, domain) = email.rsplit_once('@')?;
    let plausible =
        !local.is_empty() && !domain.is_empty() && email.len() <= LONGEST && !email.contains(|c: char| c.is_whitespace() || c.is_control());
    plausible.then_some(email)
}

/// An address to look for: as it is kept now, and in the other spellings of it that older versions kept as they were typed. Nothing
/// rewrites those, so that an older version still runs on the same database. How many there are depends on the text alone.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SoughtEmail(Vec<String>);

impl SoughtEmail {
    /// The most spellings of one address: composed or not before the @, behind it also in A-labels, and as typed.
    pub const MOST: usize = 7;

    /// None at all where the text was never an address.
    pub fn of(text: &str) -> Self {
        let mut spellings = canonical_email(text).as_deref().map(spellings).unwrap_or_default();
        if let Some(before) = as_kept_before(text).filter(|before| !spellings.contains(before)) {
            spellings.push(before);
        }
        Self(spellings)
    }

    /// The spelling of today first.
    pub fn spellings(&self) -> &[String] {
        &self.0
    }

    /// What failures of the address are counted under.
    pub fn name(&self) -> Option<&str> {
        self.0.first().map(String::as_str)
    }

    /// Whether it is the address that is kept so.
    pub fn is(&self, kept: &str) -> bool {
        self.0.iter().any(|spelling| spelling == kept)
    }
}

fn spellings(canonical: &str) -> Vec<String> {
    let Some((local, domain)) = canonical.split_once('@') else { return Vec::new() };
    let (unicode, _) = idna::domain_to_unicode(domain);
    let decomposed = |text: &str| text.nfd().collect::<String>();
    let mut found = Vec::new();
    for local in [local.to_owned(), decomposed(local)] {
        for domain in [domain.to_owned(), unicode.clone(), decomposed(&unicode)] {
            let spelling = format!("{local}@{domain}");
            if !found.contains(&spelling) {
                found.push(spelling);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_address_are_one() {
        for (typed, kept) in [
            ("  Ada@Example.COM ", "ada@example.com"),
            ("JOS\u{c9}@example.com", "jos\u{e9}@example.com"),
            ("jose\u{301}@example.com", "jos\u{e9}@example.com"),
            ("ada@M\u{dc}NCHEN.example", "ada@xn--mnchen-3ya.example"),
            ("ada@mu\u{308}nchen.example", "ada@xn--mnchen-3ya.example"),
            ("ada@XN--MNCHEN-3YA.example", "ada@xn--mnchen-3ya.example"),
            ("ada@\u{ff45}xample\u{3002}com", "ada@example.com"),
            ("o'neil+tag@localhost", "o'neil+tag@localhost"),
        ] {
            assert_eq!(read_email(typed).as_deref(), Ok(kept), "{typed:?}");
            assert_eq!(read_email(kept).as_deref(), Ok(kept));
        }
    }

    #[test]
    fn what_nobody_can_tell_apart_is_refused() {
        let unseen = [
            '\u{ad}',
            '\u{34f}',
            '\u{61c}',
            '\u{115f}',
            '\u{180e}',
            '\u{200b}',
            '\u{200c}',
            '\u{200d}',
            '\u{200e}',
            '\u{200f}',
            '\u{202a}',
            '\u{202e}',
            '\u{2060}',
            '\u{2066}',
            '\u{2069}',
            '\u{3164}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{ffa0}',
            '\u{e0041}',
            '\u{e000}',
            '\u{7f}',
            '\u{a0}',
            '\u{2028}',
            ' ',
        ];
        for c in unseen {
            for text in [format!("a{c}da@example.com"), format!("ada@exam{c}ple.com")] {
                assert_eq!(read_email(&text), Err(EmailProblem::Unseen), "{:?}", text);
            }
        }
        let labels = vec!["x".repeat(60); 4].join(".");
        for (text, problem) in [
            ("ada", EmailProblem::NoAddress),
            ("@example.com", EmailProblem::NoAddress),
            ("ada@", EmailProblem::NoAddress),
            ("ada@b@example.com", EmailProblem::SecondAt),
            ("\"a@b\"@example.com", EmailProblem::SecondAt),
            ("ada@exa_mple.com", EmailProblem::NoDomain),
            ("ada@-example.com", EmailProblem::NoDomain),
            ("ada@example..com", EmailProblem::NoDomain),
            ("ada@example.com\u{ff20}evil.example", EmailProblem::NoDomain),
            ("ada@xn--zzzzzz-99.example", EmailProblem::NoDomain),
            (&format!("{}@{labels}", "a".repeat(20)), EmailProblem::TooLong),
        ] {
            assert_eq!(read_email(text), Err(problem), "{text:?}");
        }
    }

    #[test]
    fn rows_of_older_versions_are_looked_for() {
        let sought = SoughtEmail::of("JOSE\u{301}@M\u{dc}NCHEN.example");
        assert_eq!(sought.name(), Some("jos\u{e9}@xn--mnchen-3ya.example"));
        for kept in ["jos\u{e9}@m\u{fc}nchen.example", "jose\u{301}@mu\u{308}nchen.example", "jose\u{301}@m\u{fc}nchen.example"] {
            assert!(sought.is(kept), "{kept:?}");
        }
        assert_eq!(SoughtEmail::of("ada@example.com").spellings(), ["ada@example.com"]);
        assert_eq!(SoughtEmail::of("a\u{200b}da@example.com").spellings(), ["a\u{200b}da@example.com"], "no address any more, but once");
        assert_eq!(SoughtEmail::of("nonsense").spellings(), [""; 0]);
        let full_width = SoughtEmail::of("jose\u{301}@\u{ff4d}\u{fc}nchen.example");
        assert!(full_width.is("jose\u{301}@\u{ff4d}\u{fc}nchen.example") && full_width.spellings().len() <= SoughtEmail::MOST);
    }
}
