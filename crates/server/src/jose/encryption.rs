//! Encryption of signing keys, and of secrets that are shown to others, at rest.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use zeroize::Zeroizing;

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
}
