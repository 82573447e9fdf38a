//! What this surface says of itself, beside it: below `/user/` and `/common/` exactly three endpoints are anonymous.

use axum::response::Response;
use utoipa::OpenApi;

use crate::http::description::{self, AccessTokens};

/// The OpenAPI document, made from the handlers.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Cloakroom: login and token rotation",
        description = "Paths, field names and query names match in any case. Exactly three endpoints are anonymous: login, lookup and HealthCheck."
    ),
    paths(
        super::login::login,
        super::refresh_token::refresh_token,
        super::logout::logout,
        super::lookup::lookup,
        super::health_check::health_check,
        document,
    ),
    modifiers(&AccessTokens),
    tags((name = "user", description = "Logging in and out"), (name = "common", description = "What everybody may ask"))
)]
pub struct UserTokensApi;

/// This document.
#[utoipa::path(get, path = "/openapi/user-tokens.yaml", tag = "common", responses(
    (status = 200, description = "OpenAPI 3.1", content_type = "application/yaml", body = String),
))]
pub async fn document() -> Response {
    description::yaml::<UserTokensApi>()
}
