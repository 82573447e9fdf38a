//! The token that a mail carries: `clp_…` resets a password, `clv_…` verifies an address. 256 random bits; used once, for a time.

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::MailPurpose;
use crate::entropy::{Entropy, EntropyUnavailable, random};
use crate::keys::Keyring;
use crate::text62;

/// The token of a mail in clear text. It proves that its bearer has read that mail.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MailToken([u8; 32]);

impl std::fmt::Debug for MailToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MailToken(redacted)")
    }
}

/// A keyed hash of a [`MailToken`]: all that is kept of it. A database without the key redeems nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MailTokenHash([u8; 32]);

impl std::fmt::Debug for MailTokenHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MailTokenHash(redacted)")
    }
}

impl MailTokenHash {
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl MailPurpose {
    const fn prefix(self) -> &'static str {
        match self {
            Self::PasswordReset => "clp_",
            Self::EmailVerification => "clv_",
        }
    }
}

impl MailToken {
    /// # Errors
    /// When there is no randomness.
    pub(crate) fn mint(entropy: &dyn Entropy) -> Result<Self, EntropyUnavailable> {
        random(entropy).map(Self)
    }

    /// Reads the token of a mail for this purpose. Whatever is malformed is refused here, before any store is asked.
    pub fn parse(purpose: MailPurpose, text: &str) -> Option<Self> {
        let secret = text62::unsealed(text)?.strip_prefix(purpose.prefix())?;
        text62::parse_secret(secret).map(|secret| Self(*secret))
    }

    /// The text itself: for the one mail that carries it.
    pub fn expose(&self, purpose: MailPurpose) -> Zeroizing<String> {
        let body = Zeroizing::new(format!("{}{}", purpose.prefix(), &*text62::secret(&self.0)));
        Zeroizing::new(text62::sealed(&body))
    }

    pub(crate) fn hash(&self, keys: &Keyring) -> MailTokenHash {
        MailTokenHash(keys.mail_token_hash(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;
    use crate::keys::MasterKey;

    #[test]
    fn a_token_reads_back_for_its_purpose_alone_and_shows_nothing() {
        let token = MailToken::mint(&SeededEntropy::new(1)).unwrap();
        let text = token.expose(MailPurpose::PasswordReset);
        let keys = Keyring::derive(&MasterKey::from_bytes([1; 32]));
        let parsed = MailToken::parse(MailPurpose::PasswordReset, &text).unwrap();
        assert!(text.starts_with("clp_") && parsed.hash(&keys) == token.hash(&keys));
        assert!(MailToken::parse(MailPurpose::EmailVerification, &text).is_none());
        assert!(MailToken::parse(MailPurpose::PasswordReset, &text[..text.len() - 1]).is_none());
        assert!(!format!("{token:?}{:?}", token.hash(&keys)).contains(&text[8..20]));
        assert_ne!(token.hash(&keys), token.hash(&Keyring::derive(&MasterKey::from_bytes([2; 32]))));
    }
}
