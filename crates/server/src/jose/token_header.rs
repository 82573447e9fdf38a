//! What tokens begin with: the type that says of what kind one is (RFC 8725 section 3.11), algorithm and key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloakroom_engine::tokens::access_token::{AccessTokenClaims, SigningKeyRecord};
use serde::{Deserialize, Serialize};

/// The type of access tokens, as it stands in their header.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum AccessTokenType {
    /// RFC 9068 section 2.1: nothing else that we sign can be taken for one.
    #[serde(rename = "at+jwt")]
    AtJwt,
    /// For verifiers that refuse the first. What kind it is then shows by its claims alone.
    #[serde(rename = "JWT")]
    Jwt,
}

impl AccessTokenType {
    const fn as_str(self) -> &'static str {
        match self {
            Self::AtJwt => "at+jwt",
            Self::Jwt => "JWT",
        }
    }
}

/// The type of a token that is bound to a session of session storage (RFC 8725 section 3.11): no access token, whoever reads it.
const STORAGE_TYPE: &str = "session+jwt";

/// What the tokens of one key begin with, encoded: one algorithm per key (RFC 8725 section 3.1), one type per kind.
pub struct Headers {
    pub access: String,
    /// Of access tokens that are taken and no longer made.
    older: Option<String>,
    pub storage: String,
}

impl Headers {
    /// Of the tokens of `key`, whose access tokens have this type; those of RFC 9068 are taken in any case.
    pub fn of(key: &SigningKeyRecord, access_type: AccessTokenType) -> Option<Self> {
        let access = |access_type: AccessTokenType| header(key, access_type.as_str());
        let older = if access_type == AccessTokenType::AtJwt { None } else { access(AccessTokenType::AtJwt) };
        Some(Self { access: access(access_type)?, older, storage: header(key, STORAGE_TYPE)? })
    }

    /// Whether it begins a token of this key.
    pub fn have(&self, header: &str) -> bool {
        self.access == header || self.storage == header || self.older.as_deref() == Some(header)
    }

    /// The header that goes with such claims.
    pub const fn of_kind(&self, claims: &AccessTokenClaims) -> &str {
        if claims.is_access() { self.access.as_str() } else { self.storage.as_str() }
    }

    /// Whether the type in a header and the claims say the same of what kind a token is.
    pub fn go_with(&self, header: &str, claims: &AccessTokenClaims) -> bool {
        let is_older = self.older.as_deref() == Some(header);
        if is_older { claims.is_access() } else { self.of_kind(claims) == header }
    }
}

/// A header of this key's tokens, encoded.
pub fn header(key: &SigningKeyRecord, typ: &'static str) -> Option<String> {
    #[derive(Serialize)]
    struct Header<'a> {
        typ: &'static str,
        alg: &'static str,
        kid: &'a str,
    }
    let header = Header { typ, alg: key.algorithm.as_str(), kid: &key.kid };
    serde_json::to_vec(&header).ok().map(|json| URL_SAFE_NO_PAD.encode(json))
}
