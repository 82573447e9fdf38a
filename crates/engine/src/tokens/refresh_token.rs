//! Refresh tokens form a chain: the root is random, each child is `HMAC(pepper, parent)` (ARCHITECTURE.md, A refresh token has one successor).
//!
//! So an answer that was lost can be given again, nothing is stored in clear, and a database without the key mints nothing.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{Generation, GrantNumber};
use crate::entropy::{Entropy, EntropyUnavailable, random};
use crate::keys::Keyring;
use crate::text62;

/// No honest client falls further behind: at one rotation a minute this is 45 days.
const LONGEST_WALK: u32 = 65_536;

/// The secret part of a refresh token.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct RefreshSecret([u8; 32]);

impl std::fmt::Debug for RefreshSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RefreshSecret(redacted)")
    }
}

/// SHA-256 of a [`RefreshSecret`]: all that is kept of it.
#[derive(Clone, Copy, Eq)]
pub struct RefreshSecretHash([u8; 32]);

impl std::fmt::Debug for RefreshSecretHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RefreshSecretHash(redacted)")
    }
}

impl PartialEq for RefreshSecretHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl RefreshSecretHash {
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl RefreshSecret {
    /// The root of a new chain.
    ///
    /// # Errors
    /// When there is no randomness.
    pub(crate) fn root(entropy: &dyn Entropy) -> Result<Self, EntropyUnavailable> {
        random(entropy).map(Self)
    }

    pub(crate) fn child(&self, keys: &Keyring) -> Self {
        Self(keys.refresh_child(&self.0))
    }

    /// The secret `steps` further down the chain; `None` beyond what any client can have missed.
    pub(crate) fn descendant(&self, steps: u32, keys: &Keyring) -> Option<Self> {
        (steps <= LONGEST_WALK).then(|| (0..steps).fold(self.clone(), |secret, _| secret.child(keys)))
    }

    pub fn hash(&self) -> RefreshSecretHash {
        RefreshSecretHash(Sha256::digest(self.0).into())
    }
}

/// A refresh token: which grant, how often rotated, and the secret that proves it.
#[derive(Clone, Debug)]
pub struct RefreshToken {
    pub grant: GrantNumber,
    pub generation: Generation,
    pub secret: RefreshSecret,
}

impl RefreshToken {
    /// Reads `clr_<grant>_<generation>_<secret>_<checksum>`. Whatever is malformed is refused here, before any store is asked.
    pub fn parse(text: &str) -> Option<Self> {
        let body = text62::unsealed(text)?.strip_prefix("clr_")?;
        let mut parts = body.split('_');
        let (grant, generation, secret) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        Some(Self {
            grant: GrantNumber(i64::try_from(text62::parse_number(grant)?).ok()?),
            generation: Generation(u32::try_from(text62::parse_number(generation)?).ok()?),
            secret: RefreshSecret(*text62::parse_secret(secret)?),
        })
    }

    /// The text itself: for the one reply that hands it over.
    pub fn expose(&self) -> Zeroizing<String> {
        let grant = text62::number(self.grant.0.unsigned_abs());
        let generation = text62::number(u64::from(self.generation.0));
        let body = Zeroizing::new(format!("clr_{grant}_{generation}_{}", &*text62::secret(&self.secret.0)));
        Zeroizing::new(text62::sealed(&body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;
    use crate::keys::MasterKey;

    #[test]
    fn a_token_reads_back_and_shows_nothing() {
        let secret = RefreshSecret::root(&SeededEntropy::new(1)).unwrap();
        let token = RefreshToken { grant: GrantNumber(i64::MAX), generation: Generation(7), secret };
        let text = token.expose();
        let parsed = RefreshToken::parse(&text).unwrap();
        assert_eq!((parsed.grant, parsed.generation), (token.grant, token.generation));
        assert_eq!(parsed.secret.hash(), token.secret.hash());
        assert!(!format!("{parsed:?}").contains(&text[10..40]));
        assert!(RefreshToken::parse(&text[..text.len() - 1]).is_none());
        assert!(RefreshToken::parse(&text.replace("clr_", "clk_")).is_none());
    }

    #[test]
    fn the_chain_needs_the_pepper() {
        let (keys, other) = (Keyring::derive(&MasterKey::from_bytes([1; 32])), Keyring::derive(&MasterKey::from_bytes([2; 32])));
        let root = RefreshSecret::root(&SeededEntropy::new(1)).unwrap();
        assert_eq!(root.descendant(2, &keys).unwrap().hash(), root.child(&keys).child(&keys).hash());
        assert_ne!(root.child(&keys).hash(), root.child(&other).hash());
        assert!(root.descendant(LONGEST_WALK + 1, &keys).is_none());
    }
}
