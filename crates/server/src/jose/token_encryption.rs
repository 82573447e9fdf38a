//! Encryption around tokens (JWE, RFC 7516, with `A256GCM`), for services that share a key with us or gave us their public one.
//!
//! We read our own tokens without anybody's private key: what a token is encrypted under comes from a seed of ours and its nonce.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::agreement::{PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::hmac;
use aws_lc_rs::kdf::{SskdfDigestAlgorithmId, get_sskdf_digest_algorithm, sskdf_digest};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::encryption_key::{Curve, EncryptionKey, Kind};

const TAG_LEN: usize = 16;

/// The header of tokens from before keys had names.
const NAMELESS: &str = r#"{"alg":"dir","enc":"A256GCM","typ":"JWT","cty":"JWT"}"#;

/// The keys that tokens are encrypted for.
#[derive(Default)]
pub struct EncryptionKeys {
    /// Not set: tokens are not encrypted.
    pub current: Option<EncryptionKey>,
    /// What was encrypted for them is still read.
    pub previous: Vec<EncryptionKey>,
}

/// Encrypts tokens, and reads what it encrypted.
pub struct TokenEncryption {
    keys: EncryptionKeys,
    seed: Seed,
}

/// What is secret of one token comes from it, by its nonce.
#[derive(Zeroize, ZeroizeOnDrop)]
struct Seed([u8; 32]);

/// The protected header (RFC 7519 section 5.2: `cty` says that a JWT is inside).
#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    enc: &'static str,
    typ: &'static str,
    cty: &'static str,
    kid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    epk: Option<Value>,
}

/// The protected header and the content key of the token with a certain nonce.
struct Content {
    header: String,
    key: Zeroizing<[u8; 32]>,
}

impl TokenEncryption {
    /// `seed`: the same in every process that reads the tokens of another.
    pub const fn new(keys: EncryptionKeys, seed: [u8; 32]) -> Self {
        Self { keys, seed: Seed(seed) }
    }

    /// Whether a token that is not encrypted is none of ours.
    pub const fn is_required(&self) -> bool {
        self.keys.current.is_some()
    }

    /// A signed token as a compact JWE (RFC 7516 section 7.1); as it is where there is no key.
    pub fn encrypt(&self, signed: String) -> Option<String> {
        let Some(for_whom) = &self.keys.current else { return Some(signed) };
        let mut iv = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut iv).ok()?;
        let Content { header, key } = self.content(for_whom, &iv)?;
        let wrapped = match &for_whom.kind {
            Kind::Wrapped(wrapping) => wrap(wrapping, &*key)?,
            // The content key is agreed on or shared (RFC 7516 section 5.1, steps 5 and 6).
            Kind::Shared(_) | Kind::Agreed(..) => Vec::new(),
        };
        let mut content = signed.into_bytes();
        let nonce = Nonce::assume_unique_for_key(iv);
        let tag = aead(&key)?.seal_in_place_separate_tag(nonce, Aad::from(header.as_bytes()), &mut content).ok()?;
        Some(format!("{header}.{}.{}.{}.{}", text(&wrapped), text(&iv), text(&content), text(tag.as_ref())))
    }

    /// The signed token inside; `None` for whatever is not such a JWE of ours.
    pub fn decrypt(&self, token: &str) -> Option<Zeroizing<String>> {
        let parts: Vec<_> = token.split('.').collect();
        let [header, wrapped, iv, content, tag] = parts[..] else { return None };
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
        let iv: [u8; NONCE_LEN] = bytes(iv)?.try_into().ok()?;
        let (tag, wrapped) = (bytes(tag)?, bytes(wrapped)?);
        if tag.len() != TAG_LEN {
            return None;
        }
        let mut sealed = Zeroizing::new(bytes(content)?);
        sealed.extend_from_slice(&tag);
        // A token that names no key may be of any shared one.
        self.candidates(header)?.find_map(|key| {
            let key = self.opening(key, header, wrapped.len(), &iv)?;
            let (nonce, mut content) = (Nonce::assume_unique_for_key(iv), sealed.clone());
            let signed = aead(&key)?.open_in_place(nonce, Aad::from(header.as_bytes()), &mut content).ok()?;
            String::from_utf8(signed.to_vec()).ok().map(Zeroizing::new)
        })
    }

    /// The keys that a header names; every shared one where it names none.
    fn candidates(&self, header: &str) -> Option<impl Iterator<Item = &EncryptionKey>> {
        #[derive(Deserialize)]
        struct Named {
            kid: Option<String>,
        }
        let Named { kid } = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        let is_meant = move |key: &&EncryptionKey| match &kid {
            Some(kid) => key.kid == *kid,
            None => matches!(key.kind, Kind::Shared(_)),
        };
        Some(self.keys.current.iter().chain(&self.keys.previous).filter(is_meant))
    }

    /// The content key of a token for `key`, if we would have written this header and so long an encrypted key.
    fn opening(&self, key: &EncryptionKey, header: &str, wrapped: usize, iv: &[u8; NONCE_LEN]) -> Option<Zeroizing<[u8; 32]>> {
        let expected = match &key.kind {
            Kind::Wrapped(wrapping) => wrapping.ciphertext_size(),
            Kind::Shared(_) | Kind::Agreed(..) => 0,
        };
        if wrapped != expected {
            return None;
        }
        match &key.kind {
            Kind::Shared(shared) if header == text(NAMELESS.as_bytes()) => Some(shared.clone()),
            _ => self.content(key, iv).filter(|content| content.header == header).map(|content| content.key),
        }
    }

    fn content(&self, for_whom: &EncryptionKey, iv: &[u8; NONCE_LEN]) -> Option<Content> {
        let (epk, key) = match &for_whom.kind {
            Kind::Shared(key) => (None, key.clone()),
            Kind::Wrapped(_) => (None, self.seed.derived("content key", &for_whom.kid, iv, 0)),
            Kind::Agreed(curve, public) => {
                let (epk, key) = self.agreed(*curve, public, &for_whom.kid, iv)?;
                (Some(epk), key)
            }
        };
        let header = Header { alg: for_whom.kind.algorithm(), enc: "A256GCM", typ: "JWT", cty: "JWT", kid: &for_whom.kid, epk };
        Some(Content { header: text(&serde_json::to_vec(&header).ok()?), key })
    }

    /// Our half of an agreement as a JSON Web Key, and what it comes to (RFC 7518 section 4.6).
    fn agreed(&self, curve: Curve, public: &[u8], kid: &str, iv: &[u8; NONCE_LEN]) -> Option<(Value, Zeroizing<[u8; 32]>)> {
        // Of P-256 one in four thousand million is no scalar.
        let half = |turn| PrivateKey::from_private_key(curve.algorithm(), &*self.seed.derived("ephemeral key", kid, iv, turn)).ok();
        let private = (0..4).find_map(half)?;
        let epk = curve.jwk(private.compute_public_key().ok()?.as_ref())?;
        let key = agree(&private, UnparsedPublicKey::new(curve.algorithm(), public), (), |shared| content_key(shared).ok_or(())).ok()?;
        Some((epk, key))
    }
}

impl Seed {
    fn derived(&self, purpose: &str, kid: &str, iv: &[u8; NONCE_LEN], turn: u8) -> Zeroizing<[u8; 32]> {
        let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &self.0));
        for part in [purpose.as_bytes(), &[0], iv, &[turn], kid.as_bytes()] {
            context.update(part);
        }
        let mut derived = Zeroizing::new([0; 32]);
        derived.copy_from_slice(context.sign().as_ref());
        derived
    }
}

/// The one-step derivation of NIST SP 800-56A with what RFC 7518 section 4.6.2 puts into it: the algorithm, no parties, the length.
fn content_key(shared: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    const INFO: &[u8] = b"\0\0\0\x07A256GCM\0\0\0\0\0\0\0\0\0\0\x01\0";
    let mut key = Zeroizing::new([0; 32]);
    sskdf_digest(get_sskdf_digest_algorithm(SskdfDigestAlgorithmId::Sha256)?, shared, INFO, &mut *key).ok()?;
    Some(key)
}

fn wrap(wrapping: &OaepPublicEncryptingKey, key: &[u8]) -> Option<Vec<u8>> {
    let mut wrapped = vec![0; wrapping.ciphertext_size()];
    let length = wrapping.encrypt(&OAEP_SHA256_MGF1SHA256, key, &mut wrapped, None).ok()?.len();
    wrapped.truncate(length);
    Some(wrapped)
}

fn aead(key: &[u8; 32]) -> Option<LessSafeKey> {
    UnboundKey::new(&AES_256_GCM, key).ok().map(LessSafeKey::new)
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rsa::{KeyPair, KeySize};
    use aws_lc_rs::signature::KeyPair as _;
    use serde_json::json;

    use super::*;

    const SIGNED: &str = "signed.token.text";

    fn shared(byte: u8) -> EncryptionKey {
        EncryptionKey::shared([byte; 32].into())
    }

    fn on(curve: Curve) -> EncryptionKey {
        let private = PrivateKey::generate(curve.algorithm()).unwrap();
        let jwk = curve.jwk(private.compute_public_key().unwrap().as_ref()).unwrap();
        EncryptionKey::from_jwk(&jwk.to_string()).ok().unwrap()
    }

    fn rsa() -> EncryptionKey {
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let (n, e) = (pair.public_key().modulus(), pair.public_key().exponent());
        let (n, e) = (text(n.big_endian_without_leading_zero()), text(e.big_endian_without_leading_zero()));
        EncryptionKey::from_jwk(&json!({ "kty": "RSA", "n": n, "e": e, "kid": "api" }).to_string()).ok().unwrap()
    }

    fn encrypting(current: EncryptionKey) -> TokenEncryption {
        TokenEncryption::new(EncryptionKeys { current: Some(current), previous: Vec::new() }, [5; 32])
    }

    fn opened(encryption: &TokenEncryption, token: &str) -> Option<String> {
        encryption.decrypt(token).map(|signed| signed.to_string())
    }

    #[test]
    fn altered_encryption_is_seen() {
        for key in [shared(3), on(Curve::P256), on(Curve::X25519)] {
            let encryption = encrypting(key);
            let token = encryption.encrypt(SIGNED.into()).unwrap();
            assert_eq!(opened(&encryption, &token).as_deref(), Some(SIGNED));
            assert!(encrypting(shared(4)).decrypt(&token).is_none());
            for at in 0..token.len() {
                let mut bytes = token.clone().into_bytes();
                bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
                assert!(encryption.decrypt(&String::from_utf8(bytes).unwrap()).is_none(), "byte {at}");
            }
        }
    }

    #[test]
    fn every_token_names_its_key_and_shares_no_secret_with_another() {
        for (key, algorithm) in [(shared(3), "dir"), (on(Curve::P256), "ECDH-ES"), (on(Curve::X25519), "ECDH-ES"), (rsa(), "RSA-OAEP-256")]
        {
            let kid = key.kid.clone();
            let encryption = encrypting(key);
            let [one, two] = [(); 2].map(|()| encryption.encrypt(SIGNED.into()).unwrap());
            let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(one.split('.').next().unwrap()).unwrap()).unwrap();
            assert_eq!((&header["kid"], &header["alg"], &header["cty"]), (&json!(kid), &json!(algorithm), &json!("JWT")));
            assert_eq!((opened(&encryption, &one).as_deref(), opened(&encryption, &two).as_deref()), (Some(SIGNED), Some(SIGNED)));
            let different: Vec<_> = one.split('.').zip(two.split('.')).map(|(one, two)| one != two).collect();
            assert_eq!(different[2..], [true, true, true], "{algorithm}");
            assert_eq!((different[0], different[1]), (algorithm == "ECDH-ES", algorithm == "RSA-OAEP-256"), "{algorithm}");
        }
    }

    #[test]
    fn who_has_the_public_key_alone_makes_no_token_of_ours() {
        for key in [on(Curve::P256), on(Curve::X25519), rsa()] {
            let stranger = TokenEncryption::new(EncryptionKeys { current: Some(key), previous: Vec::new() }, [6; 32]);
            let token = stranger.encrypt(SIGNED.into()).unwrap();
            let ours = TokenEncryption::new(stranger.keys, [5; 32]);
            assert!(ours.decrypt(&token).is_none());
        }
    }

    #[test]
    fn what_was_encrypted_for_a_previous_key_is_read_and_so_is_what_names_none() {
        let before = [encrypting(shared(3)), encrypting(on(Curve::P256)), encrypting(rsa())];
        let tokens: Vec<_> = before.iter().map(|before| before.encrypt(SIGNED.into()).unwrap()).collect();
        let previous = before.into_iter().filter_map(|before| before.keys.current).collect();
        let after = TokenEncryption::new(EncryptionKeys { current: Some(shared(9)), previous }, [5; 32]);
        for token in &tokens {
            assert_eq!(opened(&after, token).as_deref(), Some(SIGNED));
            assert!(encrypting(shared(9)).decrypt(token).is_none());
        }
        // As a version before wrote it.
        let (iv, mut content) = ([8; NONCE_LEN], SIGNED.as_bytes().to_vec());
        let header = text(NAMELESS.as_bytes());
        let sealing = aead(&[3; 32]).unwrap();
        let tag = sealing.seal_in_place_separate_tag(Nonce::assume_unique_for_key(iv), Aad::from(header.as_bytes()), &mut content).unwrap();
        let nameless = format!("{header}..{}.{}.{}", text(&iv), text(&content), text(tag.as_ref()));
        assert_eq!(opened(&after, &nameless).as_deref(), Some(SIGNED));
        assert!(encrypting(shared(9)).decrypt(&nameless).is_none());
    }
}
