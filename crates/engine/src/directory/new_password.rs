//! What a new password must be, whoever sets it and by whatever route (docs/contracts/README.md, Passwords).
//!
//! A password becomes a [`NewPassword`] here and nowhere else, and only that can be hashed to be kept.

use zeroize::Zeroizing;

use crate::policy::PasswordPolicy;
use crate::secret::{Passcode, prepared};

/// What attackers try first, in lower case, one a line; assets/common-passwords/README.md says where it comes from.
const MOST_COMMON: &str = include_str!("../../assets/common-passwords/list.txt");

/// The password may not be set. The text is the same for every cause and on every route, and repeats nothing of what was sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "must have at least {min_length} characters and at most {} bytes, and be neither a name or address of its owner nor one of the most \
     common passwords",
    Passcode::MAX_BYTES
)]
pub struct WeakPassword {
    pub min_length: u32,
}

/// A password that is good enough for somebody; whether it is for its owner, the owner's names decide.
#[derive(Clone, Debug)]
pub struct PasswordCandidate {
    password: Passcode,
    refusal: WeakPassword,
}

/// A password that its owner may have.
#[derive(Clone, Debug)]
pub struct NewPassword(Passcode);

impl PasswordPolicy {
    /// Judges what no owner's name changes.
    ///
    /// # Errors
    /// When it is too short, too long or too common.
    pub fn candidate(&self, password: Passcode) -> Result<PasswordCandidate, WeakPassword> {
        let refusal = WeakPassword { min_length: self.min_length };
        let text = password.prepared_text().ok_or(refusal)?;
        let is_long_enough = text.chars().count() >= usize::try_from(self.min_length).unwrap_or(usize::MAX);
        if !is_long_enough || password.len() > Passcode::MAX_BYTES {
            return Err(refusal);
        }
        let folded = Zeroizing::new(text.to_lowercase());
        if MOST_COMMON.lines().any(|common| common == *folded) {
            return Err(refusal);
        }
        Ok(PasswordCandidate { password, refusal })
    }
}

impl PasswordCandidate {
    /// The password, for somebody who has these names and addresses. Letter case makes no difference.
    ///
    /// # Errors
    /// When it is one of them.
    pub fn of<'n>(self, names: impl IntoIterator<Item = &'n str>) -> Result<NewPassword, WeakPassword> {
        let folded = |text: &str| Zeroizing::new(text.to_lowercase());
        let text = self.password.prepared_text().map(|text| folded(&text)).ok_or(self.refusal)?;
        if names.into_iter().any(|name| folded(&prepared(name)) == text) {
            return Err(self.refusal);
        }
        Ok(NewPassword(self.password))
    }
}

impl NewPassword {
    pub(crate) const fn passcode(&self) -> &Passcode {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(text: &str, names: &[&str]) -> bool {
        let candidate = PasswordPolicy::default().candidate(Passcode::new(text.as_bytes().to_vec()));
        candidate.and_then(|candidate| candidate.of(names.iter().copied())).is_ok()
    }

    #[test]
    fn length_counts_characters_as_they_are_composed_and_bytes_as_they_are_typed() {
        assert!(!accepted("", &[]) && !accepted("seven77", &[]) && accepted("eight888", &[]));
        assert!(!accepted("e\u{301}e\u{301}e\u{301}e\u{301}", &[]), "four characters, typed as eight");
        assert!(accepted("\u{0}\u{7f}\n\t\r \u{1b}\u{feff}", &[]), "any characters");
        assert!(accepted(&"x".repeat(1024), &[]) && !accepted(&"x".repeat(1025), &[]));
        assert!(accepted(&"é".repeat(512), &[]) && !accepted(&"é".repeat(513), &[]));
        let raised = PasswordPolicy { min_length: 15, ..PasswordPolicy::default() };
        let refused = raised.candidate(Passcode::new(b"Correct-horse".to_vec())).unwrap_err();
        assert!(refused.to_string().starts_with("must have at least 15 characters and at most 1024 bytes"), "{refused}");
    }

    #[test]
    fn the_most_common_ones_are_refused_in_any_case() {
        for common in ["password", "PassWord1", "12345678", "qwertyuiop", "iloveyou"] {
            assert!(!accepted(common, &[]), "{common}");
        }
        assert!(MOST_COMMON.lines().all(|common| common.chars().count() >= 8 && common.to_lowercase() == common));
    }

    #[test]
    fn a_name_or_an_address_of_the_owner_is_no_password() {
        let names = ["ada.lovelace", "ada@example.com", "Ada Lovelacé"];
        for own in ["Ada.Lovelace", "ADA@example.com", "ada lovelace\u{301}"] {
            assert!(!accepted(own, &names), "{own}");
        }
        assert!(accepted("ada@example.com.", &names));
    }
}
