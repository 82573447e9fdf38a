//! Encryption around tokens (JWE, RFC 7516: `dir` with `A256GCM`) and of signing keys at rest.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, RandomizedNonceKey, UnboundKey};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// `content` encrypted under `key` and bound to `context`: a random nonce, then ciphertext and tag.
pub fn seal(key: &[u8; 32], context: &[u8], content: &[u8]) -> Option<Vec<u8>> {
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).ok()?;
    let mut sealed = content.to_vec();
    let nonce = key.seal_in_place_append_tag(Aad::from(context), &mut sealed).ok()?;
    let mut with_nonce = nonce.as_ref().to_vec();
    with_nonce.append(&mut sealed);
    Some(with_nonce)
}

/// What [`seal`] encrypted; `None` under another key or context, or when altered.
pub fn open(key: &[u8; 32], context: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, content) = sealed.split_at_checked(NONCE_LEN)?;
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).ok()?;
    let mut content = Zeroizing::new(content.to_vec());
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let length = key.open_in_place(nonce, Aad::from(context), &mut content).ok()?.len();
    content.truncate(length);
    Some(content)
}

/// Encrypts tokens for services that have the same key.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct TokenEncryption([u8; 32]);

/// The one protected header that our encrypted tokens have (RFC 7519 section 5.2: `cty` says that a JWT is inside).
const HEADER: &str = r#"{"alg":"dir","enc":"A256GCM","typ":"JWT","cty":"JWT"}"#;

const TAG_LEN: usize = 16;

impl TokenEncryption {
    pub const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    fn key(&self) -> Option<LessSafeKey> {
        UnboundKey::new(&AES_256_GCM, &self.0).ok().map(LessSafeKey::new)
    }

    /// A signed token as a compact JWE (RFC 7516 section 7.1).
    pub fn encrypt(&self, signed: &str) -> Option<String> {
        let header = URL_SAFE_NO_PAD.encode(HEADER);
        let mut iv = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut iv).ok()?;
        let mut content = signed.as_bytes().to_vec();
        let nonce = Nonce::assume_unique_for_key(iv);
        let tag = self.key()?.seal_in_place_separate_tag(nonce, Aad::from(header.as_bytes()), &mut content).ok()?;
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        // The second part is empty: with `dir` there is no encrypted key.
        Some(format!("{header}..{}.{}.{}", text(&iv), text(&content), text(tag.as_ref())))
    }

    /// The signed token inside; `None` for whatever is not such a JWE of ours.
    pub fn decrypt(&self, token: &str) -> Option<Zeroizing<String>> {
        let parts: Vec<_> = token.split('.').collect();
        let [header, "", iv, content, tag] = parts[..] else { return None };
        if header != URL_SAFE_NO_PAD.encode(HEADER) {
            return None;
        }
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
        let (nonce, tag) = (Nonce::try_assume_unique_for_key(&bytes(iv)?).ok()?, bytes(tag)?);
        if tag.len() != TAG_LEN {
            return None;
        }
        let mut sealed = Zeroizing::new(bytes(content)?);
        sealed.extend_from_slice(&tag);
        let signed = self.key()?.open_in_place(nonce, Aad::from(header.as_bytes()), &mut sealed).ok()?;
        String::from_utf8(signed.to_vec()).ok().map(Zeroizing::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_with_its_key_and_context() {
        let sealed = seal(&[1; 32], b"kid", b"private").unwrap();
        assert_eq!(open(&[1; 32], b"kid", &sealed).unwrap().as_slice(), b"private");
        assert!(open(&[2; 32], b"kid", &sealed).is_none());
        assert!(open(&[1; 32], b"other", &sealed).is_none());
        assert!(open(&[1; 32], b"kid", &sealed[..sealed.len() - 1]).is_none());
        assert!(open(&[1; 32], b"kid", b"short").is_none());
    }

    #[test]
    fn altered_encryption_is_seen() {
        let encryption = TokenEncryption::new([3; 32]);
        let token = encryption.encrypt("signed.token.text").unwrap();
        assert_eq!(encryption.decrypt(&token).unwrap().as_str(), "signed.token.text");
        assert!(TokenEncryption::new([4; 32]).decrypt(&token).is_none());
        for at in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            assert!(encryption.decrypt(&String::from_utf8(bytes).unwrap()).is_none(), "byte {at}");
        }
    }
}
