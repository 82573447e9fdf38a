//! The claims of ID tokens (OpenID Connect Core 1.0 section 2) and logout tokens (OpenID Connect Back-Channel Logout 1.0 section 2.4) on the
//! wire.

use aws_lc_rs::digest::{self, SHA256, SHA512};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::ids::{SessionUid, UserUid};
use cloakroom_engine::sessions::AuthenticationMethod;
use cloakroom_engine::tokens::TokenAlgorithm;
use cloakroom_engine::tokens::id_token::{IdTokenClaims, IdTokenHint, LogoutTokenClaims};
use serde::{Deserialize, Serialize};

/// Seconds that a logout token is good for: what section 2.4 recommends at most.
const LOGOUT_TOKEN_SECONDS: i64 = 120;

#[derive(Serialize)]
pub struct IdClaims<'c> {
    iss: &'c str,
    sub: String,
    aud: &'c str,
    exp: i64,
    iat: i64,
    auth_time: i64,
    sid: String,
    at_hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'c str>,
    acr: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    amr: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_username: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verified: Option<bool>,
}

impl<'c> IdClaims<'c> {
    /// Writes `claims` for this issuer, to be signed by this algorithm.
    pub fn written(claims: &'c IdTokenClaims, iss: &'c str, algorithm: TokenAlgorithm) -> Self {
        Self {
            iss,
            sub: claims.user.to_string(),
            aud: &claims.client_id,
            exp: seconds(claims.expires_at),
            iat: seconds(claims.issued_at),
            auth_time: seconds(claims.authentication.at),
            sid: claims.session.to_string(),
            at_hash: at_hash(&claims.access_token, algorithm),
            nonce: claims.nonce.as_deref(),
            acr: claims.authentication.assurance().as_str(),
            amr: claims.authentication.methods.iter().map(AuthenticationMethod::as_str).collect(),
            preferred_username: claims.profile.as_ref().map(|profile| profile.preferred_username.as_str()),
            name: claims.profile.as_ref().and_then(|profile| profile.name.as_deref()),
            email: claims.email.as_ref().map(|email| email.email.as_str()),
            email_verified: claims.email.as_ref().map(|email| email.email_verified),
        }
    }
}

fn seconds(at: Timestamp) -> i64 {
    at.as_millis() / 1000
}

/// The left half of the hash that goes with the algorithm (OpenID Connect Core 1.0 section 3.1.3.6). Ed25519 hashes with SHA-512 (RFC 8032
/// section 5.1).
fn at_hash(access_token: &str, algorithm: TokenAlgorithm) -> String {
    let by = match algorithm {
        TokenAlgorithm::Es256 | TokenAlgorithm::Rs256 => &SHA256,
        TokenAlgorithm::EdDsa => &SHA512,
    };
    let hash = digest::digest(by, access_token.as_bytes());
    let (left, _) = hash.as_ref().split_at(hash.as_ref().len() / 2);
    URL_SAFE_NO_PAD.encode(left)
}

#[derive(Serialize)]
pub struct LogoutClaims<'c> {
    iss: &'c str,
    sub: String,
    aud: &'c str,
    iat: i64,
    exp: i64,
    jti: String,
    sid: String,
    events: Events,
}

/// What it is that happened: that, and nothing more to say of it.
#[derive(Serialize)]
struct Events {
    #[serde(rename = "http://schemas.openid.net/event/backchannel-logout")]
    backchannel_logout: Nothing,
}

#[derive(Serialize)]
struct Nothing {}

impl<'c> LogoutClaims<'c> {
    pub fn written(claims: &'c LogoutTokenClaims, iss: &'c str) -> Self {
        let issued_at = seconds(claims.issued_at);
        Self {
            iss,
            sub: claims.user.to_string(),
            aud: &claims.client_id,
            iat: issued_at,
            exp: issued_at + LOGOUT_TOKEN_SECONDS,
            jti: uuid::Uuid::from_bytes(claims.token_uid).simple().to_string(),
            sid: claims.session.to_string(),
            events: Events { backchannel_logout: Nothing {} },
        }
    }
}

/// What is read of an ID token that is shown again.
#[derive(Deserialize)]
pub struct Shown {
    sub: String,
    aud: String,
    sid: String,
}

impl Shown {
    pub fn hint(self) -> Option<IdTokenHint> {
        Some(IdTokenHint { sub: UserUid::parse(&self.sub)?, sid: SessionUid::parse(&self.sid)?, client_id: self.aud })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// OpenID Connect Core 1.0 appendix A.3.
    #[test]
    fn the_access_token_is_hashed_as_the_standard_shows() {
        assert_eq!(at_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", TokenAlgorithm::Rs256), "77QmUPtjPfzWtF2AnpK9RQ");
    }

    #[test]
    fn what_a_logout_token_says_is_what_the_standard_asks() {
        let claims = LogoutTokenClaims {
            client_id: "shop".into(),
            user: UserUid::from_bytes([1; 16]),
            session: SessionUid::from_bytes([2; 16]),
            token_uid: [3; 16],
            issued_at: Timestamp::from_millis(1_700_000_000_000),
        };
        let written = serde_json::to_value(LogoutClaims::written(&claims, "https://issuer")).unwrap();
        let expected = serde_json::json!({
            "iss": "https://issuer", "sub": claims.user.to_string(), "aud": "shop", "iat": 1_700_000_000, "exp": 1_700_000_120,
            "jti": "03030303030303030303030303030303", "sid": claims.session.to_string(),
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        assert_eq!(written, expected);
    }
}
