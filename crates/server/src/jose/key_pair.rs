//! Key pairs of signing keys, by aws-lc-rs: made, parsed once, and signing.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloakroom_engine::tokens::TokenAlgorithm;
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use zeroize::Zeroizing;

/// A key pair as the library holds it.
pub enum Pair {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
    Rs256(Box<RsaKeyPair>),
}

/// A new key pair: the private half as PKCS #8, the public one as a JSON Web Key (RFC 7517, RFC 8037) without its `kid`.
pub fn generate(algorithm: TokenAlgorithm) -> Option<(Zeroizing<Vec<u8>>, Value)> {
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let (private, public) = match algorithm {
        TokenAlgorithm::Es256 => {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok()?;
            // An uncompressed point: 0x04, then both coordinates.
            let point = pair.public_key().as_ref();
            let public = json!({ "kty": "EC", "crv": "P-256", "x": text(point.get(1..33)?), "y": text(point.get(33..65)?) });
            (pair.to_pkcs8v1().ok()?.as_ref().to_vec(), public)
        }
        TokenAlgorithm::EdDsa => {
            let pair = Ed25519KeyPair::generate().ok()?;
            let public = json!({ "kty": "OKP", "crv": "Ed25519", "x": text(pair.public_key().as_ref()) });
            (pair.to_pkcs8v1().ok()?.as_ref().to_vec(), public)
        }
        TokenAlgorithm::Rs256 => {
            let pair = RsaKeyPair::generate(KeySize::Rsa2048).ok()?;
            let (modulus, exponent) = (pair.public_key().modulus(), pair.public_key().exponent());
            let (n, e) = (modulus.big_endian_without_leading_zero(), exponent.big_endian_without_leading_zero());
            let private: Pkcs8V1Der<'static> = pair.as_der().ok()?;
            (private.as_ref().to_vec(), json!({ "kty": "RSA", "n": text(n), "e": text(e) }))
        }
    };
    let mut public = public;
    public["use"] = Value::from("sig");
    public["alg"] = Value::from(algorithm.as_str());
    Some((Zeroizing::new(private), public))
}

/// The algorithm as the library calls it.
pub const fn library_name(algorithm: TokenAlgorithm) -> Algorithm {
    match algorithm {
        TokenAlgorithm::Es256 => Algorithm::ES256,
        TokenAlgorithm::EdDsa => Algorithm::EdDSA,
        TokenAlgorithm::Rs256 => Algorithm::RS256,
    }
}

impl Pair {
    pub fn parse(algorithm: TokenAlgorithm, pkcs8: &[u8]) -> Option<Self> {
        Some(match algorithm {
            TokenAlgorithm::Es256 => Self::Es256(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).ok()?),
            TokenAlgorithm::EdDsa => Self::EdDsa(Ed25519KeyPair::from_pkcs8(pkcs8).ok()?),
            TokenAlgorithm::Rs256 => Self::Rs256(Box::new(RsaKeyPair::from_pkcs8(pkcs8).ok()?)),
        })
    }

    pub fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Es256(pair) => Some(pair.sign(&SystemRandom::new(), message).ok()?.as_ref().to_vec()),
            Self::EdDsa(pair) => Some(pair.sign(message).as_ref().to_vec()),
            Self::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).ok()?;
                Some(signature)
            }
        }
    }
}
