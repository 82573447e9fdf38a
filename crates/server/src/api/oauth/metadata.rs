//! What this server offers, for clients that look it up (RFC 8414). What it has none of is left out, not an empty list (section 3.2).

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
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

/// Where RFC 8414 section 3 has it.
pub const PATH: &str = "/.well-known/oauth-authorization-server";

/// Below [`PATH`] there is one only for the path of the issuer (RFC 8414 section 3.1).
pub const BELOW: &str = "/.well-known/oauth-authorization-server/{*path}";

/// Where OpenID Connect Discovery 1.0 has it. A provider needs an authorization endpoint and ID tokens, which there are none of.
pub const OPENID: &str = "/.well-known/openid-configuration";

/// Metadata of an authorization server (RFC 8414 section 2). There is no authorization endpoint, and nothing says that there is.
#[derive(Serialize, ToSchema)]
pub struct ServerMetadata {
    issuer: String,
    token_endpoint: String,
    jwks_uri: String,
    introspection_endpoint: String,
    revocation_endpoint: String,
    grant_types_supported: [&'static str; 3],
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
        token_endpoint: token_endpoint(issuer),
        jwks_uri: at(issuer, "/.well-known/jwks.json"),
        introspection_endpoint: at(issuer, "/oauth/introspect"),
        revocation_endpoint: at(issuer, "/oauth/revoke"),
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
