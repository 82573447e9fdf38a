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

/// How many generations are walked to prove that a token leads to the current one. Each step is a hash that any caller can ask for,
/// so an older token is known by its MAC alone.
const LONGEST_WALK: u32 = 32;

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

    /// The secret `steps` further down the chain; `None` beyond [`LONGEST_WALK`].
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
    /// [`Keyring::refresh_token_mac`]; `None` of a token that was made before tokens had one.
    mac: Option<u64>,
}

impl RefreshToken {
    pub(crate) fn new(grant: GrantNumber, generation: Generation, secret: RefreshSecret, keys: &Keyring) -> Self {
        let mac = Some(keys.refresh_token_mac(grant.0, generation.0, &secret.0));
        Self { grant, generation, secret, mac }
    }

    /// The one successor.
    pub(crate) fn successor(&self, keys: &Keyring) -> Self {
        Self::new(self.grant, Generation(self.generation.0 + 1), self.secret.child(keys), keys)
    }

    /// Reads `clr_<grant>_<generation>_<secret>_<mac>_<checksum>`. Whatever is malformed, or was not made with these keys, is refused
    /// here, before any store is asked and any chain is walked. Tokens made before they had a MAC lack that part.
    pub fn parse(text: &str, keys: &Keyring) -> Option<Self> {
        let body = text62::unsealed(text)?.strip_prefix("clr_")?;
        let mut parts = body.split('_');
        let (grant, generation, secret, mac) = (parts.next()?, parts.next()?, parts.next()?, parts.next());
        if parts.next().is_some() {
            return None;
        }
        let grant = GrantNumber(i64::try_from(text62::parse_number(grant)?).ok()?);
        let generation = Generation(u32::try_from(text62::parse_number(generation)?).ok()?);
        let secret = RefreshSecret(*text62::parse_secret(secret)?);
        let Some(shown) = mac else { return Some(Self { grant, generation, secret, mac: None }) };
        let token = Self::new(grant, generation, secret, keys);
        let same = token.mac?.to_be_bytes().ct_eq(&text62::parse_number(shown)?.to_be_bytes());
        bool::from(same).then_some(token)
    }

    /// Whether its MAC proved that it was made here.
    pub(crate) const fn is_vouched_for(&self) -> bool {
        self.mac.is_some()
    }

    /// The text itself: for the one reply that hands it over.
    pub fn expose(&self) -> Zeroizing<String> {
        let grant = text62::number(self.grant.0.unsigned_abs());
        let generation = text62::number(u64::from(self.generation.0));
        let mac = self.mac.map(|mac| format!("_{}", text62::number(mac))).unwrap_or_default();
        let body = Zeroizing::new(format!("clr_{grant}_{generation}_{}{mac}", &*text62::secret(&self.secret.0)));
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
        let (keys, other) = (Keyring::derive(&MasterKey::from_bytes([1; 32])), Keyring::derive(&MasterKey::from_bytes([2; 32])));
        let secret = RefreshSecret::root(&SeededEntropy::new(1)).unwrap();
        let token = RefreshToken::new(GrantNumber(i64::MAX), Generation(7), secret, &keys);
        let text = token.expose();
        let parsed = RefreshToken::parse(&text, &keys).unwrap();
        assert_eq!((parsed.grant, parsed.generation), (token.grant, token.generation));
        assert_eq!(parsed.secret.hash(), token.secret.hash());
        assert!(!format!("{parsed:?}").contains(&text[10..40]));
        assert!(RefreshToken::parse(&text[..text.len() - 1], &keys).is_none());
        assert!(RefreshToken::parse(&text.replace("clr_", "clk_"), &keys).is_none());
        assert!(RefreshToken::parse(&text, &other).is_none(), "made with other keys");
        assert!(parsed.is_vouched_for());
    }

    #[test]
    fn a_mac_is_for_one_grant_one_generation_and_one_secret() {
        let keys = Keyring::derive(&MasterKey::from_bytes([1; 32]));
        let root = RefreshSecret::root(&SeededEntropy::new(1)).unwrap();
        let token = RefreshToken::new(GrantNumber(5), Generation(7), root.clone(), &keys);
        for (grant, generation, secret) in [(6, 7, root.clone()), (5, 6, root.clone()), (5, 7, root.child(&keys))] {
            let forged = RefreshToken { grant: GrantNumber(grant), generation: Generation(generation), secret, mac: token.mac };
            assert!(RefreshToken::parse(&forged.expose(), &keys).is_none());
        }
        let older = RefreshToken { mac: None, ..token };
        assert!(!RefreshToken::parse(&older.expose(), &keys).unwrap().is_vouched_for());
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
