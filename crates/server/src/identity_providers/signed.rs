//! A token as a provider signs it (RFC 7515), before anything of it is verified.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use serde_json::Value;

/// The algorithms that a provider may sign with: asymmetric ones, of which each key fits one kind (RFC 8725 section 3.1).
pub const ALGORITHMS: [Algorithm; 4] = [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];

/// No honest token is longer.
const LONGEST: usize = 16_384;

/// The header of a token, and the whole of it.
pub struct Signed<'t> {
    pub text: &'t str,
    pub algorithm: Algorithm,
    pub kid: Option<String>,
}

impl<'t> Signed<'t> {
    /// Reads a token whose type is one of `types`, in lower case, or not said.
    ///
    /// # Errors
    /// Why its signature is not even looked at.
    pub fn read(text: &'t str, types: &[&str]) -> Result<Self, &'static str> {
        if text.len() > LONGEST {
            return Err("the token is too long");
        }
        let header = text.split('.').next().and_then(|header| URL_SAFE_NO_PAD.decode(header).ok());
        let header: Value = header.and_then(|header| serde_json::from_slice(&header).ok()).ok_or("the token is none")?;
        // An extension that has to be understood is not (RFC 7515 section 4.1.11).
        if header.get("crit").is_some() {
            return Err("the token wants an extension to be understood");
        }
        let of_type = |typ: &str| types.contains(&typ.to_ascii_lowercase().as_str());
        if header.get("typ").is_some_and(|typ| !typ.as_str().is_some_and(of_type)) {
            return Err("the token is of another type");
        }
        let named = header.get("alg").and_then(Value::as_str).and_then(|name| name.parse().ok());
        let algorithm =
            named.filter(|algorithm| ALGORITHMS.contains(algorithm)).ok_or("the token is signed with no algorithm that is taken")?;
        let kid = header.get("kid").and_then(Value::as_str).map(str::to_owned);
        Ok(Self { text, algorithm, kid })
    }
}
