//! Keys that tokens are encrypted for (RFC 7517, RFC 7518 section 4): one that we share with whoever reads them, or the public one of theirs.

use aws_lc_rs::agreement::{self, ECDH_P256, ParsedPublicKey, UnparsedPublicKey, X25519};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rsa::{OaepPublicEncryptingKey, PublicEncryptingKey, PublicKeyComponents};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use zeroize::Zeroizing;

/// 2048 bits (RFC 7518 section 4.3).
const SHORTEST_MODULUS: usize = 256;

const LONGEST_NAME: usize = 128;

/// One key, and its name in the header of tokens.
pub struct EncryptionKey {
    pub kid: String,
    pub kind: Kind,
}

/// What is done with a key: one algorithm each (RFC 8725 section 3.1).
pub enum Kind {
    /// `dir`
    Shared(Zeroizing<[u8; 32]>),
    /// `ECDH-ES`
    Agreed(Curve, Vec<u8>),
    /// `RSA-OAEP-256`
    Wrapped(OaepPublicEncryptingKey),
}

/// The curves that a key is agreed on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Curve {
    P256,
    X25519,
}

impl Curve {
    pub fn algorithm(self) -> &'static agreement::Algorithm {
        match self {
            Self::P256 => &ECDH_P256,
            Self::X25519 => &X25519,
        }
    }

    /// A point as the library writes it, as a JSON Web Key (RFC 7518 section 6.2, RFC 8037).
    pub fn jwk(self, point: &[u8]) -> Option<Value> {
        Some(match self {
            // Uncompressed: 0x04, then both coordinates.
            Self::P256 => json!({ "crv": "P-256", "kty": "EC", "x": text(point.get(1..33)?), "y": text(point.get(33..65)?) }),
            Self::X25519 => json!({ "crv": "X25519", "kty": "OKP", "x": text(point) }),
        })
    }
}

impl Kind {
    pub const fn algorithm(&self) -> &'static str {
        match self {
            Self::Shared(_) => "dir",
            Self::Agreed(..) => "ECDH-ES",
            Self::Wrapped(_) => "RSA-OAEP-256",
        }
    }
}

impl EncryptionKey {
    /// A shared key, named by its thumbprint (RFC 7638).
    pub fn shared(key: Zeroizing<[u8; 32]>) -> Self {
        let kid = thumbprint(&json!({ "k": text(&*key), "kty": "oct" }));
        Self { kid, kind: Kind::Shared(key) }
    }

    /// A JSON Web Key: `oct`, `EC` on P-256, `OKP` on X25519, or `RSA`. Its `kid` names it, else its thumbprint.
    ///
    /// # Errors
    /// What is wrong with it. Never repeats a value.
    pub fn from_jwk(given: &str) -> Result<Self, &'static str> {
        let jwk: Value = serde_json::from_str(given).map_err(|_| "is no JSON Web Key (RFC 7517)")?;
        if jwk.get("use").is_some_and(|purpose| purpose != "enc") {
            return Err("is a JSON Web Key for something other than encryption");
        }
        if ["d", "p", "q"].iter().any(|private| jwk.get(private).is_some()) {
            return Err("holds a private key; only the public one of whoever reads the tokens belongs here");
        }
        let (kind, required) = kind_of(&jwk)?;
        if jwk.get("alg").is_some_and(|named| named != kind.algorithm()) {
            return Err("is a JSON Web Key for another algorithm: dir, ECDH-ES and RSA-OAEP-256 are taken, each with its own kind of key");
        }
        let kid = match jwk.get("kid") {
            None => thumbprint(&required),
            Some(Value::String(kid)) if (1..=LONGEST_NAME).contains(&kid.len()) => kid.clone(),
            Some(_) => return Err("has a kid that is no text of 1 to 128 bytes"),
        };
        Ok(Self { kid, kind })
    }
}

/// What a key is for, and the members that its thumbprint is made of (RFC 7638 section 3.2).
fn kind_of(jwk: &Value) -> Result<(Kind, Value), &'static str> {
    const MALFORMED: &str = "is a JSON Web Key that cannot be used";
    let bytes = |name: &str| jwk.get(name)?.as_str().and_then(|text| URL_SAFE_NO_PAD.decode(text).ok()).map(Zeroizing::new);
    let text_of = |name: &str| jwk.get(name).and_then(Value::as_str).unwrap_or_default();
    let agreed = |curve: Curve, point: Vec<u8>| {
        ParsedPublicKey::try_from(&UnparsedPublicKey::new(curve.algorithm(), &point)).map_err(|_| MALFORMED)?;
        let required = curve.jwk(&point).ok_or(MALFORMED)?;
        Ok((Kind::Agreed(curve, point), required))
    };
    match (text_of("kty"), text_of("crv")) {
        ("oct", _) => {
            let key: [u8; 32] = bytes("k").and_then(|key| key.as_slice().try_into().ok()).ok_or("must be 32 bytes (A256GCM)")?;
            if key.iter().all(|byte| *byte == key[0]) {
                return Err("is one byte over and over, which is no key");
            }
            Ok((Kind::Shared(key.into()), json!({ "k": text_of("k"), "kty": "oct" })))
        }
        ("EC", "P-256") => {
            let (x, y) = bytes("x").zip(bytes("y")).filter(|(x, y)| x.len() == 32 && y.len() == 32).ok_or(MALFORMED)?;
            agreed(Curve::P256, [&[4], x.as_slice(), y.as_slice()].concat())
        }
        ("OKP", "X25519") => agreed(Curve::X25519, bytes("x").filter(|x| x.len() == 32).ok_or(MALFORMED)?.to_vec()),
        ("RSA", _) => {
            let (n, e) = bytes("n").zip(bytes("e")).ok_or(MALFORMED)?;
            if n.len() < SHORTEST_MODULUS {
                return Err("is an RSA key of fewer than 2048 bits");
            }
            let public: PublicEncryptingKey = PublicKeyComponents { n: n.as_slice(), e: e.as_slice() }.try_into().map_err(|_| MALFORMED)?;
            let wrapping = OaepPublicEncryptingKey::new(public).map_err(|_| MALFORMED)?;
            Ok((Kind::Wrapped(wrapping), json!({ "e": text_of("e"), "kty": "RSA", "n": text_of("n") })))
        }
        _ => Err("is a JSON Web Key of no kind that is taken: oct, EC on P-256, OKP on X25519 and RSA are"),
    }
}

/// RFC 7638: of the members in the order of their names, which is how they are written here.
fn thumbprint(required: &Value) -> String {
    text(digest(&SHA256, required.to_string().as_bytes()).as_ref())
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thumbprint_is_that_of_the_rfc() {
        // RFC 7638 section 3.1.
        let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W\
                 -5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrd\
                 kt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let key = EncryptionKey::from_jwk(&json!({ "kty": "RSA", "e": "AQAB", "n": n }).to_string()).ok().unwrap();
        assert_eq!((key.kid.as_str(), key.kind.algorithm()), ("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", "RSA-OAEP-256"));
        // RFC 8037 appendix A.6.
        let point = json!({ "kty": "OKP", "crv": "X25519", "kid": "Bob", "x": "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08" });
        let key = EncryptionKey::from_jwk(&point.to_string()).ok().unwrap();
        assert_eq!((key.kid.as_str(), key.kind.algorithm()), ("Bob", "ECDH-ES"));
    }

    #[test]
    fn what_is_no_such_key_is_refused_without_repeating_it() {
        let x = text(&[7; 32]);
        for wrong in [
            json!({ "kty": "OKP", "crv": "X25519", "x": x, "d": x }),
            json!({ "kty": "OKP", "crv": "X25519", "x": x, "use": "sig" }),
            json!({ "kty": "OKP", "crv": "X25519", "x": x, "alg": "ECDH-ES+A256KW" }),
            json!({ "kty": "OKP", "crv": "X25519", "x": x, "kid": "" }),
            json!({ "kty": "OKP", "crv": "X25519", "x": text(&[7; 31]) }),
            json!({ "kty": "OKP", "crv": "Ed25519", "x": x }),
            json!({ "kty": "EC", "crv": "P-256", "x": x, "y": x }),
            json!({ "kty": "EC", "crv": "P-521", "x": x, "y": x }),
            json!({ "kty": "oct", "k": text(&[7; 16]) }),
            json!({ "kty": "RSA", "n": text(&[9; 128]), "e": "AQAB" }),
            json!({ "keys": [] }),
            json!("text"),
        ] {
            let told = EncryptionKey::from_jwk(&wrong.to_string()).err().unwrap();
            assert!(!told.contains(&x), "{told}");
        }
        assert!(EncryptionKey::from_jwk("{").is_err());
    }
}
