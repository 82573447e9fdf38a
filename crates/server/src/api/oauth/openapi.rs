//! What the standard endpoints say of themselves: `/oauth/openapi.yaml`.

use axum::response::Response;
use utoipa::OpenApi;

use crate::http::description;

/// The OpenAPI document, made from the handlers.
#[derive(OpenApi)]
#[openapi(
    info(title = "Cloakroom: standard protocols", description = "What resource servers and verifiers of access tokens ask. Clients authenticate with client_secret_basic, client_secret_post or private_key_jwt."),
    paths(super::metadata::authorization_server, super::metadata::openid_configuration, super::jwks::jwks, super::token::token,
        super::introspect::introspect, super::revoke::revoke, document),
    tags((name = "oauth", description = "Standard endpoints"))
)]
pub struct OauthApi;

/// This document.
#[utoipa::path(get, path = "/oauth/openapi.yaml", tag = "oauth", responses(
    (status = 200, description = "OpenAPI 3.1", content_type = "application/yaml", body = String),
))]
pub async fn document() -> Response {
    description::yaml::<OauthApi>()
}
