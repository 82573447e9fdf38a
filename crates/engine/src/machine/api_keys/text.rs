//! How an API key is written, and what is kept of it.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::entropy::{Entropy, EntropyUnavailable, random};
use crate::ids::ApiKeyUid;
use crate::text62;

/// The secret part of an API key: 256 random bits.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct ApiKeySecret([u8; 32]);

impl std::fmt::Debug for ApiKeySecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiKeySecret(redacted)")
    }
}

/// SHA-256 of an [`ApiKeySecret`]: all that is kept of it. The secret has 256 random bits, so a plain hash cannot be searched.
#[derive(Clone, Copy, Eq)]
pub struct ApiKeySecretHash([u8; 32]);

impl std::fmt::Debug for ApiKeySecretHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiKeySecretHash(redacted)")
    }
}

impl PartialEq for ApiKeySecretHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl ApiKeySecretHash {
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl ApiKeySecret {
    /// # Errors
    /// When there is no randomness.
    pub fn mint(entropy: &dyn Entropy) -> Result<Self, EntropyUnavailable> {
        random(entropy).map(Self)
    }

    /// The bytes themselves: for the fingerprint and for the one reply that hands them over.
    pub(crate) const fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    pub fn hash(&self) -> ApiKeySecretHash {
        ApiKeySecretHash(Sha256::digest(self.0).into())
    }
}

/// An API key as its holder shows it: which one, and the secret that proves it.
#[derive(Clone, Debug)]
pub struct ShownApiKey {
    pub uid: ApiKeyUid,
    pub secret: ApiKeySecret,
}

impl ShownApiKey {
    /// Longest text that can be one, in bytes.
    pub const MAX_BYTES: usize = 128;

    /// Reads `clk_<key id>_<secret>_<checksum>`, each part in base 62. Whatever is malformed is refused here, before any store is
    /// asked.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > Self::MAX_BYTES {
            return None;
        }
        let body = text62::unsealed(text)?.strip_prefix("clk_")?;
        let (uid, secret) = body.split_once('_')?;
        Some(Self { uid: ApiKeyUid::parse_digits(uid)?, secret: ApiKeySecret(*text62::parse_secret(secret)?) })
    }

    /// The text itself: for the one reply that hands it over.
    pub fn expose(&self) -> Zeroizing<String> {
        let body = Zeroizing::new(format!("clk_{}_{}", self.uid.digits(), &*text62::secret(self.secret.expose())));
        Zeroizing::new(text62::sealed(&body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::entropy::SeededEntropy;

    #[test]
    fn a_key_reads_back_and_shows_nothing() {
        let entropy = SeededEntropy::new(1);
        let uid = ApiKeyUid::mint(Timestamp::from_millis(1_700_000_000_000), &entropy).unwrap();
        let shown = ShownApiKey { uid, secret: ApiKeySecret::mint(&entropy).unwrap() };
        let text = shown.expose();
        assert!(text.len() <= ShownApiKey::MAX_BYTES);
        assert!(text.starts_with(&uid.to_string().replace("apk_", "clk_")), "the id stands in the key");
        let parsed = ShownApiKey::parse(&text).unwrap();
        assert_eq!((parsed.uid, parsed.secret.hash()), (uid, shown.secret.hash()));
        assert!(!format!("{parsed:?} {:?}", parsed.secret.hash()).contains(&text[28..40]));
    }

    #[test]
    fn nothing_else_parses() {
        let entropy = SeededEntropy::new(2);
        let uid = ApiKeyUid::mint(Timestamp::from_millis(1), &entropy).unwrap();
        let text = ShownApiKey { uid, secret: ApiKeySecret::mint(&entropy).unwrap() }.expose();
        for at in 0..text.len() {
            let mut bytes = text.as_bytes().to_vec();
            bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
            assert!(ShownApiKey::parse(&String::from_utf8(bytes).unwrap()).is_none(), "{at}");
            assert!(ShownApiKey::parse(&text[..at]).is_none() && ShownApiKey::parse(&text[at + 1..]).is_none());
        }
        let body = &text[..text.len() - 7];
        for other in [body.replace("clk_", "clr_"), format!("{body}_0"), body.replace("clk_", "clk_0"), "clk__".into(), "clk_".into()] {
            assert!(ShownApiKey::parse(&text62::sealed(&other)).is_none(), "a right checksum makes no key");
        }
    }
}
