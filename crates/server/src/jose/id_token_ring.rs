//! The keys that sign ID and logout tokens, parsed once: for each algorithm one that signs, and all that a token may still be of.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloakroom_engine::error::SigningUnavailable;
use cloakroom_engine::tokens::TokenAlgorithm;
use cloakroom_engine::tokens::access_token::SigningKeyRecord;
use cloakroom_engine::tokens::id_token::IdTokenHint;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{DecodingKey, Validation};
use serde::Serialize;

use super::id_token::Shown;
use super::key_pair::{Pair, library_name};
use super::token_header::header;

/// No ID token of ours is longer.
const LONGEST: usize = 16384;

/// The type of ID tokens.
const ID_TYPE: &str = "JWT";

/// The type of logout tokens (OpenID Connect Back-Channel Logout 1.0 section 2.4).
const LOGOUT_TYPE: &str = "logout+jwt";

/// The keys of ID and logout tokens.
#[derive(Default)]
pub struct IdTokenRing {
    signing: Vec<Signing>,
    verifying: Vec<Verifying>,
}

struct Signing {
    algorithm: TokenAlgorithm,
    id_header: String,
    logout_header: String,
    pair: Pair,
}

struct Verifying {
    /// The only header of this key's ID tokens.
    id_header: String,
    public: DecodingKey,
    validation: Validation,
}

impl IdTokenRing {
    /// Adds the active key of an algorithm.
    pub fn sign_with(&mut self, key: &SigningKeyRecord, pair: Pair) -> Option<()> {
        let (id_header, logout_header) = (header(key, ID_TYPE)?, header(key, LOGOUT_TYPE)?);
        self.signing.push(Signing { algorithm: key.algorithm, id_header, logout_header, pair });
        Some(())
    }

    /// Adds a key that tokens of these issuers may be of.
    pub fn know(&mut self, key: &SigningKeyRecord, issuers: &[&str]) -> Option<()> {
        let jwk: Jwk = serde_json::from_str(&key.public_jwk).ok()?;
        let mut validation = Validation::new(library_name(key.algorithm));
        validation.set_issuer(issuers);
        validation.set_required_spec_claims(&["iss", "sub", "aud", "exp"]);
        // Whoever it is for may show it, however old it is.
        validation.validate_aud = false;
        validation.validate_exp = false;
        self.verifying.push(Verifying { id_header: header(key, ID_TYPE)?, public: DecodingKey::from_jwk(&jwk).ok()?, validation });
        Some(())
    }

    /// Signs the claims of an ID token.
    ///
    /// # Errors
    /// When no key of this algorithm is active.
    pub fn sign_id_token(&self, claims: &impl Serialize, algorithm: TokenAlgorithm) -> Result<String, SigningUnavailable> {
        let key = self.active(algorithm)?;
        signed(&key.id_header, claims, &key.pair)
    }

    /// Signs the claims of a logout token.
    ///
    /// # Errors
    /// When no key of this algorithm is active.
    pub fn sign_logout_token(&self, claims: &impl Serialize, algorithm: TokenAlgorithm) -> Result<String, SigningUnavailable> {
        let key = self.active(algorithm)?;
        signed(&key.logout_header, claims, &key.pair)
    }

    fn active(&self, algorithm: TokenAlgorithm) -> Result<&Signing, SigningUnavailable> {
        self.signing.iter().find(|key| key.algorithm == algorithm).ok_or(SigningUnavailable("there is no active key of this algorithm"))
    }

    /// What an ID token of ours says, expired or not.
    pub fn hint(&self, token: &str) -> Option<IdTokenHint> {
        if token.len() > LONGEST {
            return None;
        }
        let shown = token.split('.').next()?;
        let known = self.verifying.iter().find(|known| known.id_header == shown)?;
        jsonwebtoken::decode::<Shown>(token, &known.public, &known.validation).ok()?.claims.hint()
    }
}

/// A compact JWS (RFC 7515 section 7.1).
///
/// # Errors
/// When the library does not sign.
pub fn signed(header: &str, claims: &impl Serialize, pair: &Pair) -> Result<String, SigningUnavailable> {
    let claims = serde_json::to_vec(claims).map_err(|_| SigningUnavailable("claims cannot be written"))?;
    let mut token = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims));
    let signature = pair.sign(token.as_bytes()).ok_or(SigningUnavailable("signing failed"))?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Ok(token)
}
