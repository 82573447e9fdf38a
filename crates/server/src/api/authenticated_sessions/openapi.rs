//! What this surface says of itself: `/api/admin/openapi.json`.

use axum::Json;
use utoipa::OpenApi;

use crate::http::description::AccessTokens;

/// The OpenAPI document, made from the handlers.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Cloakroom: authenticated sessions",
        description = "Who has active sessions, and which; for operators and administrators, as far as they reach."
    ),
    paths(super::list::list, super::user_sessions::user_sessions, super::revoke::revoke, document),
    modifiers(&AccessTokens),
    tags(
        (name = "authenticated sessions", description = "Active sessions, by user"),
        (name = "about", description = "This surface itself")
    )
)]
pub struct AuthenticatedSessionsApi;

/// This document.
#[utoipa::path(get, path = "/api/admin/openapi.json", tag = "about", responses(
    (status = 200, description = "OpenAPI 3.1", content_type = "application/json", body = Object),
))]
pub async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(AuthenticatedSessionsApi::openapi())
}
