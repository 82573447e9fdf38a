//! The public keys of client applications, and assertions that are signed with them (RFC 7523, `private_key_jwt`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloakroom_engine::machine::assertion_fault::AssertionFault;
use cloakroom_engine::tokens::access_token::AssertionClaims;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde::Deserialize;
use serde_json::{Value, json};

use super::numeric_date::NumericDate;

/// The algorithms that an assertion may be signed with: asymmetric ones alone, so that what we keep proves nothing.
pub const ALGORITHMS: &[&str] = &["ES256", "ES384", "EdDSA", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];

/// Enough to replace keys one by one.
const MOST_KEYS: usize = 8;

/// No honest assertion is longer.
const LONGEST: usize = 8192;

/// 2048 bits (RFC 7518 section 3.3).
const SHORTEST_MODULUS: usize = 256;

/// One public key of each kind, tried where a client has none that fits, so that an unknown client, a client without keys and a
/// wrong signature take the same work (P5). Their private keys were thrown away when they were made.
const DECOYS: &str = include_str!("decoy_keys.json");

/// A JSON Web Key Set, or one JSON Web Key, as the set that is kept.
///
/// # Errors
/// What is wrong with it. Never repeats a value: a private key may have been put there by mistake.
pub fn read(given: &Value) -> Result<String, String> {
    let keys = match given.get("keys") {
        Some(keys) => keys.as_array().ok_or("jwks: keys must be a list")?.clone(),
        None => vec![given.clone()],
    };
    if keys.is_empty() || keys.len() > MOST_KEYS {
        return Err(format!("jwks must hold 1 to {MOST_KEYS} keys"));
    }
    for (index, key) in keys.iter().enumerate() {
        checked(key).map_err(|problem| format!("jwks: key {index} {problem}"))?;
    }
    Ok(json!({ "keys": keys }).to_string())
}

fn checked(key: &Value) -> Result<(), &'static str> {
    if ["d", "p", "q", "k"].iter().any(|private| key.get(private).is_some()) {
        return Err("holds a private or a shared key; only public keys belong here");
    }
    let jwk: Jwk = serde_json::from_value(key.clone()).map_err(|_| "is no JSON Web Key (RFC 7517)")?;
    if jwk.common.public_key_use.as_ref().is_some_and(|purpose| *purpose != PublicKeyUse::Signature) {
        return Err("is not for signatures");
    }
    let algorithms = algorithms(&jwk);
    if algorithms.is_empty() {
        return Err("is of no kind that is taken: EC (P-256, P-384), OKP (Ed25519) and RSA are, with their own algorithms");
    }
    if is_too_short(&jwk) {
        return Err("is an RSA key of fewer than 2048 bits");
    }
    DecodingKey::from_jwk(&jwk).map(drop).map_err(|_| "cannot be used")
}

/// Whether it is an RSA key of fewer than 2048 bits.
pub fn is_too_short(jwk: &Jwk) -> bool {
    let modulus = |n: &str| URL_SAFE_NO_PAD.decode(n).map_or(0, |modulus| modulus.len());
    matches!(&jwk.algorithm, AlgorithmParameters::RSA(rsa) if modulus(&rsa.n) < SHORTEST_MODULUS)
}

/// What may be signed with a key: what its kind can, and if it names one algorithm, that alone (RFC 8725 section 3.1).
pub fn algorithms(jwk: &Jwk) -> Vec<Algorithm> {
    use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
    let able: &[Algorithm] = match &jwk.algorithm {
        AlgorithmParameters::EllipticCurve(curve) => match curve.curve {
            EllipticCurve::P256 => &[ES256],
            EllipticCurve::P384 => &[ES384],
            _ => &[],
        },
        AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => &[EdDSA],
        AlgorithmParameters::RSA(_) => &[RS256, RS384, RS512, PS256, PS384, PS512],
        _ => &[],
    };
    let named = jwk.common.key_algorithm.map(|algorithm| algorithm.to_string());
    able.iter().copied().filter(|able| named.as_ref().is_none_or(|named| *named == format!("{able:?}"))).collect()
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    exp: NumericDate,
    iat: Option<NumericDate>,
    nbf: Option<NumericDate>,
    jti: String,
}

/// The client that an assertion claims to be from. Nothing is verified yet: this only says whose keys to try.
pub fn claimed_client(assertion: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Claimed {
        sub: String,
    }
    let claims = assertion.get(..LONGEST.min(assertion.len()))?.split('.').nth(1)?;
    serde_json::from_slice::<Claimed>(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok().map(|claimed| claimed.sub)
}

/// The claims of an assertion that one of these keys signed and that names one of these audiences. Times are not judged here.
/// Without keys none: that takes as long as a wrong signature.
///
/// # Errors
/// What is wrong with it.
pub fn verify(assertion: &str, jwks: Option<&str>, audiences: &[&str]) -> Result<AssertionClaims, AssertionFault> {
    let header = header(assertion)?;
    let mut validation = Validation::new(header.alg);
    validation.set_audience(audiences);
    validation.set_required_spec_claims(&["iss", "sub", "aud", "exp"]);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    let signed_by = |jwk: &Jwk| {
        let key = DecodingKey::from_jwk(jwk).map_err(|_| AssertionFault::NoKey)?;
        jsonwebtoken::decode::<Claims>(assertion, &key, &validation).map(|token| token.claims).map_err(|error| fault(error.kind()))
    };
    let keys: Vec<Jwk> = jwks.map(|jwks| candidates(jwks, &header)).unwrap_or_default();
    if keys.is_empty() {
        for decoy in candidates(DECOYS, &Header::new(header.alg)) {
            let _refused = signed_by(&decoy);
        }
        return Err(if jwks.is_some() { AssertionFault::NoKey } else { AssertionFault::NoKeys });
    }
    // What the key that signed it found is more than what the others say.
    let mut found = Err(AssertionFault::Signature);
    for key in &keys {
        found = signed_by(key);
        if !matches!(found, Err(AssertionFault::Signature | AssertionFault::NoKey)) {
            break;
        }
    }
    found.map(AssertionClaims::from)
}

/// The header of an assertion whose form is as it should be.
fn header(assertion: &str) -> Result<Header, AssertionFault> {
    if assertion.len() > LONGEST {
        return Err(AssertionFault::TooLong);
    }
    let header = jsonwebtoken::decode_header(assertion).map_err(|_| AssertionFault::Malformed)?;
    let raw = assertion.split('.').next().and_then(|header| URL_SAFE_NO_PAD.decode(header).ok());
    let raw: Value = raw.and_then(|raw| serde_json::from_slice(&raw).ok()).ok_or(AssertionFault::Malformed)?;
    // An extension that has to be understood is not (RFC 7515 section 4.1.11).
    if raw.get("crit").is_some() { Err(AssertionFault::Critical) } else { Ok(header) }
}

const fn fault(kind: &ErrorKind) -> AssertionFault {
    match kind {
        ErrorKind::InvalidSignature => AssertionFault::Signature,
        ErrorKind::InvalidAudience => AssertionFault::Audience,
        ErrorKind::MissingRequiredClaim(_) | ErrorKind::InvalidClaimFormat(_) | ErrorKind::Json(_) => AssertionFault::Claims,
        _ => AssertionFault::Malformed,
    }
}

impl From<Claims> for AssertionClaims {
    fn from(claims: Claims) -> Self {
        Self {
            issuer: claims.iss,
            subject: claims.sub,
            assertion_id: claims.jti,
            issued_at: claims.iat.map(|at| at.0),
            not_before: claims.nbf.map(|at| at.0),
            expires_at: claims.exp.0,
        }
    }
}

/// The keys of a set that may have signed under this header.
fn candidates(jwks: &str, header: &Header) -> Vec<Jwk> {
    let named = |jwk: &Jwk| match (&header.kid, &jwk.common.key_id) {
        (Some(wanted), Some(known)) => wanted == known,
        _ => true,
    };
    let set = serde_json::from_str(jwks).map(|JwkSet { keys }| keys).unwrap_or_default();
    set.into_iter().filter(|jwk| named(jwk) && algorithms(jwk).contains(&header.alg)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_usable_decoy_for_every_algorithm() {
        for algorithm in ALGORITHMS {
            let decoys = candidates(DECOYS, &Header::new(algorithm.parse().unwrap()));
            assert_eq!(decoys.iter().filter(|jwk| DecodingKey::from_jwk(jwk).is_ok()).count(), 1, "{algorithm}");
        }
    }

    #[test]
    fn only_public_signing_keys_of_known_kinds_are_kept() {
        let point = URL_SAFE_NO_PAD.encode([7; 32]);
        let good = json!({ "kty": "OKP", "crv": "Ed25519", "x": point });
        assert_eq!(read(&good), Ok(json!({ "keys": [good] }).to_string()));
        assert_eq!(read(&json!({ "keys": [good, good] })).map(|kept| kept.matches("Ed25519").count()), Ok(2));
        for wrong in [
            json!({ "keys": [] }),
            json!({ "keys": "x" }),
            json!({ "keys": vec![good.clone(); 9] }),
            json!({ "kty": "oct", "k": "c2VjcmV0" }),
            json!({ "kty": "OKP", "crv": "Ed25519", "x": point, "d": "AQ" }),
            json!({ "kty": "OKP", "crv": "Ed25519", "x": point, "use": "enc" }),
            json!({ "kty": "OKP", "crv": "Ed25519", "x": point, "alg": "RS256" }),
            json!({ "kty": "EC", "crv": "P-521", "x": point, "y": point }),
            json!({ "kty": "RSA", "n": URL_SAFE_NO_PAD.encode([9; 128]), "e": "AQAB" }),
            json!("text"),
            json!(null),
        ] {
            assert!(read(&wrong).is_err(), "{wrong}");
        }
    }
}
