//! Bytes that authenticate. Plain and hashed are different types; neither has `Display`, `Debug` shows no byte.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::entropy::{Entropy, EntropyUnavailable, random};
use crate::text62;

/// Gives a type a `Debug` that tells its name and nothing of its content.
macro_rules! redacted_debug {
    ($name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }
    };
}

/// The bearer secret of a session: 128 random bits. Its bearer acts as the session.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SessionSecret([u8; 16]);

impl SessionSecret {
    /// # Errors
    /// When there is no randomness.
    pub fn mint(entropy: &dyn Entropy) -> Result<Self, EntropyUnavailable> {
        random(entropy).map(Self)
    }

    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes themselves: for the one reply that hands them over, and for nothing else.
    pub const fn expose(&self) -> &[u8; 16] {
        &self.0
    }

    pub fn hash(&self) -> SessionSecretHash {
        SessionSecretHash(Sha256::digest(self.0).into())
    }

    /// The secret as a browser's cookie has it, `clb_<secret>_<checksum>`: for the one header that hands it over.
    pub fn cookie_value(&self) -> Zeroizing<String> {
        let body = Zeroizing::new(format!("{COOKIE_PREFIX}{}", text62::uid(&self.0)));
        Zeroizing::new(text62::sealed(&body))
    }

    /// Reads what [`SessionSecret::cookie_value`] wrote. Whatever is malformed is refused here, before any store is asked.
    pub fn of_cookie(value: &str) -> Option<Self> {
        text62::parse_uid(text62::unsealed(value)?.strip_prefix(COOKIE_PREFIX)?).map(Self)
    }
}

/// What the session secret of a browser begins with.
const COOKIE_PREFIX: &str = "clb_";

redacted_debug!(SessionSecret);

/// SHA-256 of a [`SessionSecret`]: all that is kept of it. The secret has 128 random bits, so a plain hash cannot be searched.
#[derive(Clone, Copy, Eq)]
pub struct SessionSecretHash([u8; 32]);

impl SessionSecretHash {
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first 64 bits, by which a store finds the row: an integer index is a third of the size of one over the hash.
    /// The whole hash is compared afterwards.
    pub const fn lookup(&self) -> i64 {
        let h = &self.0;
        i64::from_be_bytes([h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]])
    }
}

impl PartialEq for SessionSecretHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

redacted_debug!(SessionSecretHash);

/// The secret of a client application, as its owner wrote it.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct ClientSecret(String);

/// What a client secret that Cloakroom minted begins with.
const CLIENT_SECRET_PREFIX: &str = "clc_";

impl ClientSecret {
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// A new one of 256 random bits: `clc_<secret>_<checksum>`.
    ///
    /// # Errors
    /// When there is no randomness.
    pub(crate) fn mint(entropy: &dyn Entropy) -> Result<Self, EntropyUnavailable> {
        let bytes = Zeroizing::new(random::<32>(entropy)?);
        let body = Zeroizing::new(format!("{CLIENT_SECRET_PREFIX}{}", &*text62::secret(&bytes)));
        Ok(Self(text62::sealed(&body)))
    }

    /// Whether it claims to be minted here and its checksum says that it is not as it was minted. Secrets that people chose
    /// carry no checksum and are never malformed.
    pub fn is_malformed(&self) -> bool {
        self.0.starts_with(CLIENT_SECRET_PREFIX) && text62::unsealed(&self.0).is_none()
    }

    /// The text itself: for the one reply that hands it over.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub(crate) fn expose(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Length in bytes.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

redacted_debug!(ClientSecret);

/// A keyed hash of a [`ClientSecret`], made by [`Keyring::client_secret_hash`](crate::keys::Keyring::client_secret_hash):
/// people choose these secrets, so a plain hash could be searched.
#[derive(Clone, Copy, Eq)]
pub struct ClientSecretHash([u8; 32]);

impl ClientSecretHash {
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for ClientSecretHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

redacted_debug!(ClientSecretHash);

/// What a person typed as a password or passcode. Any bytes; at most [`Passcode::MAX_BYTES`] are accepted by the surfaces.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Passcode(Vec<u8>);

impl Passcode {
    /// Longer input is refused before it is hashed: hashing megabytes for strangers is a gift to them.
    pub const MAX_BYTES: usize = 1024;

    pub const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub(crate) fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The text as it is hashed; `None` where it is no text.
    pub(crate) fn prepared_text(&self) -> Option<Zeroizing<String>> {
        std::str::from_utf8(&self.0).ok().map(prepared)
    }

    /// The same, as it is hashed. What is no text stays as it is.
    pub(crate) fn prepared(&self) -> Self {
        self.prepared_text().map_or_else(|| self.clone(), |text| Self(text.as_bytes().to_vec()))
    }

    /// In how many forms it is compared: as it is hashed, and as it was typed.
    pub(crate) fn forms(&self) -> u64 {
        if self.prepared().0 == self.0 { 1 } else { 2 }
    }

    /// Length in bytes.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

redacted_debug!(Passcode);

/// Text as RFC 8265 section 4.2.2 has passwords compared: every space is U+0020, and letters are composed (NFC). So the same password
/// is the same bytes on every keyboard. It refuses nothing: which characters a password has is its owner's choice.
pub(crate) fn prepared(text: &str) -> Zeroizing<String> {
    // Unicode's general category Zs beside U+0020.
    let is_space = |c| matches!(c, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}');
    // A composed letter may take three times the bytes of what was typed; the buffer must not grow and leave a copy behind.
    let mut prepared = Zeroizing::new(String::with_capacity(text.len().saturating_mul(3)));
    prepared.extend(text.chars().map(|c| if is_space(c) { ' ' } else { c }).nfc());
    prepared
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_byte() {
        let secret = SessionSecret::from_bytes([0x41; 16]);
        for shown in [format!("{secret:?}"), format!("{:?}", secret.hash()), format!("{:?}", Passcode::new(b"AAAA".to_vec()))] {
            assert!(shown.ends_with("(redacted)"), "{shown}");
        }
    }

    #[test]
    fn a_cookie_reads_back_and_nothing_else_does() {
        let secret = SessionSecret::from_bytes([0xa7; 16]);
        let value = secret.cookie_value();
        assert!(value.starts_with("clb_") && value.len() == 33, "{}", value.len());
        assert_eq!(SessionSecret::of_cookie(&value).unwrap().expose(), secret.expose());
        for other in ["", "clb_", &value[..32], &value.replace("clb_", "clr_"), &format!("{}x", &*value)] {
            assert!(SessionSecret::of_cookie(other).is_none(), "{other}");
        }
    }

    #[test]
    fn a_minted_client_secret_shows_when_it_was_altered() {
        let secret = ClientSecret::mint(&crate::entropy::SeededEntropy::new(1)).unwrap();
        assert!(secret.reveal().starts_with("clc_") && secret.len() == 54 && !secret.is_malformed());
        assert!(ClientSecret::new(secret.reveal()[..53].to_owned()).is_malformed());
        assert!(ClientSecret::new("clc_chosen".to_owned()).is_malformed());
        assert!(!ClientSecret::new("chosen".to_owned()).is_malformed());
        assert!(!format!("{secret:?}").contains(&secret.reveal()[4..20]));
    }

    #[test]
    fn a_password_is_the_same_bytes_on_every_keyboard() {
        for (typed, meant) in [("e\u{301}te\u{301}", "été"), ("pass\u{a0}phrase", "pass phrase"), ("Ⅷ ﬁ", "Ⅷ ﬁ"), ("\u{0}", "\u{0}")]
        {
            assert_eq!(*prepared(typed), meant);
            assert_eq!(*prepared(meant), meant);
        }
        assert_eq!(Passcode::new(vec![0xff]).prepared().expose(), [0xff]);
    }

    #[test]
    fn a_hash_is_not_its_secret() {
        let secret = SessionSecret::from_bytes([7; 16]);
        assert_ne!(&secret.hash().as_bytes()[..16], secret.expose());
        assert_eq!(secret.hash(), secret.clone().hash());
        assert_ne!(secret.hash(), SessionSecret::from_bytes([8; 16]).hash());
    }
}
