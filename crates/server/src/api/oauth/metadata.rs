//! What this server offers, for clients that look it up: as an authorization server (RFC 8414) and as an OpenID provider (OpenID Connect
//! Discovery 1.0), which is one document. What it has none of is left out, not an empty list (RFC 8414 section 3.2).

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use cloakroom_engine::sessions::AssuranceLevel;
use cloakroom_engine::tokens::TokenAlgorithm;
use cloakroom_engine::tokens::scope::OPENID_SCOPES;
use serde::Serialize;
use utoipa::ToSchema;

use super::Protocols;
use super::token::Grant;
use crate::http::declared::words::Word;
use crate::jose::client_keys::ALGORITHMS;
use crate::jose::issuer::{at, token_endpoint};

const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// How clients prove who they are.
const PROOFS: &[&str] = &["client_secret_basic", "client_secret_post", "private_key_jwt"];

/// With that of public clients, which prove nothing.
const ALL_METHODS: &[&str] = &["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];

/// What ID tokens and `/oauth/userinfo` say.
const CLAIMS: &[&str] = &[
    "sub",
    "iss",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "sid",
    "at_hash",
    "preferred_username",
    "name",
    "updated_at",
    "email",
    "email_verified",
];

/// Where RFC 8414 section 3 has it.
pub const PATH: &str = "/.well-known/oauth-authorization-server";

/// Below [`PATH`] there is one only for the path of the issuer (RFC 8414 section 3.1).
pub const BELOW: &str = "/.well-known/oauth-authorization-server/{*path}";

/// Metadata of an authorization server (RFC 8414 section 2) and of an OpenID provider (OpenID Connect Discovery 1.0 section 3).
#[derive(Serialize, ToSchema)]
pub struct ServerMetadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    /// RFC 9126 section 5.
    pushed_authorization_request_endpoint: String,
    /// OpenID Connect RP-Initiated Logout 1.0 section 2.1.
    end_session_endpoint: String,
    /// OpenID Connect Back-Channel Logout 1.0 section 2.1.
    backchannel_logout_supported: bool,
    backchannel_logout_session_supported: bool,
    jwks_uri: String,
    introspection_endpoint: String,
    revocation_endpoint: String,
    response_types_supported: &'static [&'static str],
    response_modes_supported: &'static [&'static str],
    grant_types_supported: [&'static str; 4],
    code_challenge_methods_supported: &'static [&'static str],
    /// RFC 9207 section 3.
    authorization_response_iss_parameter_supported: bool,
    prompt_values_supported: &'static [&'static str],
    /// What the sessions of people reach.
    acr_values_supported: [&'static str; AssuranceLevel::ALL.len()],
    subject_types_supported: &'static [&'static str],
    id_token_signing_alg_values_supported: [&'static str; 3],
    /// Those of OpenID Connect; applications may have others of their own.
    scopes_supported: &'static [&'static str],
    claims_supported: &'static [&'static str],
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    token_endpoint_auth_methods_supported: &'static [&'static str],
    token_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
    introspection_endpoint_auth_methods_supported: &'static [&'static str],
    introspection_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
    revocation_endpoint_auth_methods_supported: &'static [&'static str],
    revocation_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
}

fn metadata(issuer: &str) -> ServerMetadata {
    ServerMetadata {
        issuer: issuer.to_owned(),
        authorization_endpoint: at(issuer, "/oauth/authorize"),
        token_endpoint: token_endpoint(issuer),
        userinfo_endpoint: at(issuer, "/oauth/userinfo"),
        pushed_authorization_request_endpoint: at(issuer, "/oauth/par"),
        end_session_endpoint: at(issuer, "/oauth/logout"),
        backchannel_logout_supported: true,
        backchannel_logout_session_supported: true,
        jwks_uri: at(issuer, "/.well-known/jwks.json"),
        introspection_endpoint: at(issuer, "/oauth/introspect"),
        revocation_endpoint: at(issuer, "/oauth/revoke"),
        response_types_supported: &["code"],
        response_modes_supported: &["query"],
        code_challenge_methods_supported: &["S256"],
        authorization_response_iss_parameter_supported: true,
        prompt_values_supported: &["none", "login", "consent", "select_account"],
        acr_values_supported: [AssuranceLevel::Aal1].map(AssuranceLevel::as_str),
        subject_types_supported: &["public"],
        id_token_signing_alg_values_supported: [TokenAlgorithm::Rs256, TokenAlgorithm::Es256, TokenAlgorithm::EdDsa]
            .map(TokenAlgorithm::as_str),
        scopes_supported: &OPENID_SCOPES,
        claims_supported: CLAIMS,
        claims_parameter_supported: false,
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
        grant_types_supported: Grant::EVERY.map(Word::as_str),
        token_endpoint_auth_methods_supported: ALL_METHODS,
        token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
        introspection_endpoint_auth_methods_supported: PROOFS,
        introspection_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
        revocation_endpoint_auth_methods_supported: ALL_METHODS,
        revocation_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
    }
}

/// What this authorization server offers. Where the issuer has a path, the same stands below this path under the issuer's.
#[utoipa::path(get, path = "/.well-known/oauth-authorization-server", operation_id = "getAuthorizationServerMetadata", tag = "oauth",
    responses((status = 200, description = "Its metadata", body = ServerMetadata)),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn authorization_server(State(desk): State<Protocols>) -> Response {
    ([(header::CACHE_CONTROL, CACHE)], Json(metadata(&desk.surface.issuer))).into_response()
}

/// The same, where OpenID Connect Discovery 1.0 has it.
#[utoipa::path(get, path = "/.well-known/openid-configuration", operation_id = "getOpenidConfiguration", tag = "openid",
    responses((status = 200, description = "Its metadata", body = ServerMetadata)),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn openid_provider(desk: State<Protocols>) -> Response {
    authorization_server(desk).await
}
