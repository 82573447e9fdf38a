//! Authorization codes (RFC 6749 section 4.1.2): `cla_…`, 256 random bits, redeemed once within a minute.

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::clock::Span;
use crate::entropy::{Entropy, EntropyUnavailable, random};
use crate::keys::Keyring;
use crate::text62;

/// How long a code can be redeemed.
pub const CODE_LIFETIME: Span = Span::from_seconds(60);

const PREFIX: &str = "cla_";

/// An authorization code in clear text.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct AuthorizationCode([u8; 32]);

impl std::fmt::Debug for AuthorizationCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AuthorizationCode(redacted)")
    }
}

/// A keyed hash of an [`AuthorizationCode`]: all that is kept of it. A database without the key redeems nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AuthorizationCodeHash([u8; 32]);

impl std::fmt::Debug for AuthorizationCodeHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AuthorizationCodeHash(redacted)")
    }
}

impl AuthorizationCodeHash {
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl AuthorizationCode {
    /// # Errors
    /// When there is no randomness.
    pub(crate) fn mint(entropy: &dyn Entropy) -> Result<Self, EntropyUnavailable> {
        random(entropy).map(Self)
    }

    /// Whatever is malformed is refused here, before any store is asked.
    pub fn parse(text: &str) -> Option<Self> {
        let secret = text62::unsealed(text)?.strip_prefix(PREFIX)?;
        text62::parse_secret(secret).map(|secret| Self(*secret))
    }

    /// The text itself: for the one answer that hands it over.
    pub fn expose(&self) -> Zeroizing<String> {
        let body = Zeroizing::new(format!("{PREFIX}{}", &*text62::secret(&self.0)));
        Zeroizing::new(text62::sealed(&body))
    }

    pub(crate) fn hash(&self, keys: &Keyring) -> AuthorizationCodeHash {
        AuthorizationCodeHash(keys.authorization_code_hash(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;
    use crate::keys::MasterKey;

    #[test]
    fn a_code_reads_back_and_shows_nothing() {
        let code = AuthorizationCode::mint(&SeededEntropy::new(1)).unwrap();
        let text = code.expose();
        let keys = Keyring::derive(&MasterKey::from_bytes([1; 32]));
        assert!(text.starts_with("cla_") && AuthorizationCode::parse(&text).unwrap().hash(&keys) == code.hash(&keys));
        assert!(AuthorizationCode::parse(&text[..text.len() - 1]).is_none());
        assert!(AuthorizationCode::parse(&text.replace("cla_", "clp_")).is_none());
        assert!(!format!("{code:?}{:?}", code.hash(&keys)).contains(&text[8..20]));
        assert_ne!(code.hash(&keys), code.hash(&Keyring::derive(&MasterKey::from_bytes([2; 32]))));
    }
}
