//! What this server offers, for clients that look it up: RFC 8414 and OpenID Connect Discovery 1.0, as far as it goes.

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

const AUTHENTICATION: &[&str] = &["client_secret_basic", "client_secret_post", "private_key_jwt"];

/// Metadata of an authorization server (RFC 8414 section 2). There is no authorization endpoint, and nothing says that there is.
#[derive(Serialize, ToSchema)]
pub struct ServerMetadata {
    issuer: String,
    token_endpoint: String,
    jwks_uri: String,
    introspection_endpoint: String,
    revocation_endpoint: String,
    grant_types_supported: [&'static str; 3],
    /// Required there, and empty: nothing is answered by an authorization endpoint.
    response_types_supported: [&'static str; 0],
    token_endpoint_auth_methods_supported: &'static [&'static str],
    token_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
    introspection_endpoint_auth_methods_supported: &'static [&'static str],
    introspection_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
    revocation_endpoint_auth_methods_supported: &'static [&'static str],
    revocation_endpoint_auth_signing_alg_values_supported: &'static [&'static str],
}

/// Metadata of an OpenID provider (OpenID Connect Discovery 1.0 section 3), without what is not offered: no log-in of others.
#[derive(Serialize, ToSchema)]
pub struct ProviderMetadata {
    #[serde(flatten)]
    server: ServerMetadata,
    /// A user has one `sub`, whoever asks.
    subject_types_supported: [&'static str; 1],
    /// Required there, and empty: no ID tokens are given.
    id_token_signing_alg_values_supported: [&'static str; 0],
}

fn metadata(issuer: &str) -> ServerMetadata {
    ServerMetadata {
        issuer: issuer.to_owned(),
        token_endpoint: token_endpoint(issuer),
        jwks_uri: at(issuer, "/.well-known/jwks.json"),
        introspection_endpoint: at(issuer, "/oauth/introspect"),
        revocation_endpoint: at(issuer, "/oauth/revoke"),
        grant_types_supported: Grant::EVERY.map(Word::as_str),
        response_types_supported: [],
        token_endpoint_auth_methods_supported: AUTHENTICATION,
        token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
        introspection_endpoint_auth_methods_supported: AUTHENTICATION,
        introspection_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
        revocation_endpoint_auth_methods_supported: AUTHENTICATION,
        revocation_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
    }
}

/// What this authorization server offers.
#[utoipa::path(get, path = "/.well-known/oauth-authorization-server", operation_id = "getAuthorizationServerMetadata", tag = "oauth",
    responses((status = 200, description = "Its metadata", body = ServerMetadata)),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn authorization_server(State(desk): State<Protocols>) -> Response {
    ([(header::CACHE_CONTROL, CACHE)], Json(metadata(&desk.surface.issuer))).into_response()
}

/// The same for clients that look where OpenID Connect has it.
#[utoipa::path(get, path = "/.well-known/openid-configuration", operation_id = "getOpenidConfiguration", tag = "oauth",
    responses((status = 200, description = "Its metadata", body = ProviderMetadata)),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn openid_configuration(State(desk): State<Protocols>) -> Response {
    let server = metadata(&desk.surface.issuer);
    let provider = ProviderMetadata { server, subject_types_supported: ["public"], id_token_signing_alg_values_supported: [] };
    ([(header::CACHE_CONTROL, CACHE)], Json(provider)).into_response()
}
