//! The keys that a provider publishes (RFC 7517).

use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Map, Value};

use super::signed::{ALGORITHMS, Signed};
use crate::jose::client_keys;

/// Keys that are looked at. Providers with tenants publish a dozen.
const MOST_KEYS: usize = 64;

/// Keys that one token without a key's name is tried with.
const MOST_TRIES: usize = 4;

/// Public keys, parsed once.
#[derive(Default)]
pub struct KeySet(Vec<PublishedKey>);

struct PublishedKey {
    kid: Option<String>,
    algorithms: Vec<Algorithm>,
    key: DecodingKey,
}

impl KeySet {
    /// The keys of a document that can sign what we take. Others are passed over (RFC 7517 section 5). `None` where it is no set of keys.
    pub fn read(document: &[u8]) -> Option<Self> {
        let set: Value = serde_json::from_slice(document).ok()?;
        let keys = set.get("keys")?.as_array()?;
        Some(Self(keys.iter().take(MOST_KEYS).filter_map(published).collect()))
    }

    /// Whether a key may have signed this token.
    pub fn may_have_signed(&self, token: &Signed<'_>) -> bool {
        self.candidates(token).next().is_some()
    }

    /// What a token claims, if one of the keys signed it. Nothing of it is judged yet.
    pub fn verified(&self, token: &Signed<'_>) -> Option<Map<String, Value>> {
        let mut validation = Validation::new(token.algorithm);
        validation.required_spec_claims.clear();
        validation.validate_aud = false;
        validation.validate_exp = false;
        self.candidates(token)
            .take(MOST_TRIES)
            .find_map(|known| jsonwebtoken::decode(token.text, &known.key, &validation).map(|verified| verified.claims).ok())
    }

    fn candidates<'k>(&'k self, token: &'k Signed<'_>) -> impl Iterator<Item = &'k PublishedKey> {
        let is_named = |known: &PublishedKey| token.kid.is_none() || known.kid == token.kid;
        self.0.iter().filter(move |known| is_named(known) && known.algorithms.contains(&token.algorithm))
    }
}

fn published(key: &Value) -> Option<PublishedKey> {
    let jwk: Jwk = serde_json::from_value(key.clone()).ok()?;
    let is_for_signatures = jwk.common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature);
    let mut algorithms = client_keys::algorithms(&jwk);
    algorithms.retain(|algorithm| ALGORITHMS.contains(algorithm));
    if !is_for_signatures || algorithms.is_empty() || client_keys::is_too_short(&jwk) {
        return None;
    }
    Some(PublishedKey { kid: jwk.common.key_id.clone(), algorithms, key: DecodingKey::from_jwk(&jwk).ok()? })
}
