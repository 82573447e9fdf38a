//! What the standard endpoints say of themselves: `/oauth/openapi.yaml`.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use utoipa::OpenApi;

/// The OpenAPI document, made from the handlers.
#[derive(OpenApi)]
#[openapi(
    info(title = "Cloakroom: standard protocols", description = "What resource servers and verifiers of access tokens ask. Clients authenticate with client_secret_basic or client_secret_post."),
    paths(super::jwks::jwks, super::introspect::introspect, super::revoke::revoke, document),
    tags((name = "oauth", description = "Standard endpoints"))
)]
pub struct OauthApi;

/// This document.
#[utoipa::path(get, path = "/oauth/openapi.yaml", tag = "oauth", responses(
    (status = 200, description = "OpenAPI 3.1", content_type = "application/yaml", body = String),
))]
pub async fn document() -> Response {
    match OauthApi::openapi().to_yaml() {
        Ok(yaml) => ([(header::CONTENT_TYPE, "application/yaml")], yaml).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
