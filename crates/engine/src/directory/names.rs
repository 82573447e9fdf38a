//! Names as they are kept and compared: usernames, codes, roles. Addresses: `email.rs`.

use crate::tokens::access_token::BUILT_IN_CLIENT;

/// Characters of what people and things are called: names, display names, captions.
pub const LONGEST_NAME: usize = 256;

/// Whether something may be called so: at most [`LONGEST_NAME`] characters, none of them a control character.
pub fn is_plain_name(text: &str) -> bool {
    text.chars().count() <= LONGEST_NAME && !text.chars().any(char::is_control)
}

/// A username as it is kept: lower-case, `^[a-z0-9][a-z0-9._@-]{0,62}$`. `None` when it cannot be one.
pub fn canonical_username(text: &str) -> Option<String> {
    let username = text.to_lowercase();
    let mut bytes = username.bytes();
    let first = bytes.next()?;
    let rest = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'@' | b'-');
    ((first.is_ascii_lowercase() || first.is_ascii_digit()) && username.len() <= 63 && bytes.all(rest)).then_some(username)
}

/// A tenant's or partner's code as it is compared: trimmed, upper-cased for tenants (`orgcode`), as written for partners.
pub fn canonical_org_code(text: &str) -> Option<String> {
    let code = text.trim().to_uppercase();
    (!code.is_empty() && code.chars().count() <= 64 && !code.chars().any(|c| c.is_control() || c.is_whitespace())).then_some(code)
}

/// A partner's code as it is kept: trimmed, 1 to 64 characters without spaces, as it is written. `None` when it cannot be one.
pub fn canonical_partner_code(text: &str) -> Option<String> {
    canonical_org_code(text).map(|_| text.trim().to_owned())
}

/// A client id as it is kept: 1 to 128 visible ASCII characters without a colon (which would end it in a Basic header, RFC 7617), and not
/// that of this server. `None` when it cannot be one.
pub fn canonical_client_id(text: &str) -> Option<String> {
    let plain = !text.is_empty() && text.len() <= 128 && text.bytes().all(|b| b.is_ascii_graphic() && b != b':');
    (plain && text != BUILT_IN_CLIENT).then(|| text.to_owned())
}

/// An identity provider's code as it is kept: it stands in addresses, `^[a-z0-9-]{1,64}$`. `None` when it cannot be one.
pub fn canonical_provider_code(text: &str) -> Option<String> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    ((1..=64).contains(&text.len()) && text.bytes().all(plain)).then(|| text.to_owned())
}

/// Whether `text` is one word: scopes and redirect URIs are kept separated by spaces.
pub fn is_word(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// Whether a service account may carry a role of this name: `^[a-z][a-z0-9_]{1,63}$` (docs/contracts/usm.md).
pub fn is_role_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase())
        && (2..=64).contains(&text.len())
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_canonical_or_refused() {
        assert_eq!(canonical_username("Ada.L"), Some("ada.l".into()));
        assert_eq!(canonical_username(".ada"), None);
        assert_eq!(canonical_username(&"a".repeat(64)), None);
        assert_eq!(canonical_org_code(" acme "), Some("ACME".into()));
        assert!(canonical_client_id("cloakroom").is_none() && canonical_client_id("Cloakroom").is_some());
        for (code, fits) in [("acme-2", true), ("", false), ("Acme", false), ("a/b", false), ("a.b", false), ("\u{e9}", false)] {
            assert_eq!(canonical_provider_code(code).is_some(), fits, "{code}");
        }
        assert!(canonical_provider_code(&"a".repeat(64)).is_some() && canonical_provider_code(&"a".repeat(65)).is_none());
        assert!(is_role_name("pvv") && !is_role_name("p") && !is_role_name("Pvv") && !is_role_name(&"a".repeat(65)));
    }
}
