//! What the standard endpoints answer.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::secret::Secret;

/// Tokens of an application (RFC 6749 section 5.1). `Debug` and `Serialize` do not show them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct ApplicationTokens {
    /// The access token.
    #[serde(serialize_with = "crate::secret::redacted")]
    pub access_token: Secret,
    /// Of a token exchange.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_token_type: Option<String>,
    /// `Bearer`.
    pub token_type: String,
    /// Seconds.
    pub expires_in: u64,
    /// Words separated by spaces.
    pub scope: String,
    /// Within a session only.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "redacted_if_any")]
    pub refresh_token: Option<Secret>,
    /// Who signed in to the application, as a JWT to be verified (OpenID Connect Core 1.0 section 3.1.3.7); of a code, with the scope `openid`.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "redacted_if_any")]
    pub id_token: Option<Secret>,
}

/// The name of an authorization request that was handed over (RFC 9126 section 2.2).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct PushedRequest {
    /// To be sent to the authorization endpoint, with the `client_id`.
    pub request_uri: String,
    /// Seconds.
    pub expires_in: u64,
}

/// Claims about the user who let the application in, as far as the scope has them (OpenID Connect Core 1.0 section 5.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct StandardClaims {
    /// `usr_…`
    pub sub: String,
    /// The username.
    pub preferred_username: Option<String>,
    /// The display name.
    pub name: Option<String>,
    /// Seconds since 1970.
    pub updated_at: Option<i64>,
    /// The primary address.
    pub email: Option<String>,
    /// Whether it is verified.
    pub email_verified: Option<bool>,
}

fn redacted_if_any<S: serde::Serializer>(secret: &Option<Secret>, serializer: S) -> Result<S::Ok, S::Error> {
    match secret {
        Some(secret) => crate::secret::redacted(secret, serializer),
        None => serializer.serialize_none(),
    }
}

/// One name, or several (RFC 7519 section 4.1.3).
fn one_or_several<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Names {
        One(String),
        Several(Vec<String>),
    }
    Names::deserialize(deserializer).map(|names| match names {
        Names::One(name) => vec![name],
        Names::Several(names) => names,
    })
}

/// Whether a token is valid, and what it stands for (RFC 7662). An inactive token has `active` alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Introspection {
    /// Whether it is valid.
    pub active: bool,
    /// `Bearer` of an access token.
    pub token_type: Option<String>,
    /// Words separated by spaces.
    pub scope: Option<String>,
    /// `usr_…` or `app_…`
    pub sub: Option<String>,
    /// The application that it was issued to.
    pub client_id: Option<String>,
    /// `ses_…`
    pub sid: Option<String>,
    /// `tnt_…`
    pub tenant_id: Option<String>,
    /// The user's role.
    pub role: Option<String>,
    /// Names the token.
    pub jti: Option<String>,
    /// Who issued it.
    pub iss: Option<String>,
    /// Who it is for: this server, resource servers, or both.
    #[serde(deserialize_with = "one_or_several")]
    pub aud: Vec<String>,
    /// When it was issued, in seconds since 1970.
    pub iat: Option<i64>,
    /// When it becomes valid, in seconds since 1970.
    pub nbf: Option<i64>,
    /// When it expires, in seconds since 1970.
    pub exp: Option<i64>,
    /// When its user had proved to be themselves, in seconds since 1970.
    pub auth_time: Option<i64>,
    /// How far that can be relied on: `aal1`.
    pub acr: Option<String>,
    /// By which methods (RFC 8176): `pwd`.
    pub amr: Vec<String>,
    /// Of what is kept with its session: what the application is given of that.
    pub session_metadata: Option<serde_json::Map<String, Value>>,
}

/// Public keys.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct JwkSet {
    /// Each with `kid`, `alg` and `use`.
    pub keys: Vec<Value>,
}

/// What an authorization server offers (RFC 8414), which is an OpenID provider, too.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct ServerMetadata {
    /// What its tokens name as their issuer.
    pub issuer: String,
    /// Where browsers are sent to, so that an application is let in.
    pub authorization_endpoint: String,
    /// Where tokens are given.
    pub token_endpoint: String,
    /// Where its keys are.
    pub jwks_uri: String,
    /// Where tokens are introspected.
    pub introspection_endpoint: String,
    /// Where tokens are revoked.
    pub revocation_endpoint: String,
    /// The grants that there are.
    pub grant_types_supported: Vec<String>,
    /// Everything else.
    #[serde(flatten)]
    pub others: serde_json::Map<String, Value>,
}

/// The kind of credential that an application presents for a user's session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SubjectKind {
    /// The bearer guid of USM.
    SessionGuid,
    /// An access token.
    AccessToken,
}

impl SubjectKind {
    /// The URN that stands for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SessionGuid => "urn:cloakroom:params:oauth:token-type:session_guid",
            Self::AccessToken => "urn:ietf:params:oauth:token-type:access_token",
        }
    }
}
