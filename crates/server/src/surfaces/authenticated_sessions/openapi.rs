//! What this surface says of itself: `/api/admin/openapi.json`.

use axum::Json;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

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

struct AccessTokens;

impl Modify for AccessTokens {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        document.components.get_or_insert_default().add_security_scheme("access token", SecurityScheme::Http(scheme));
    }
}

/// This document.
#[utoipa::path(get, path = "/api/admin/openapi.json", tag = "about", responses(
    (status = 200, description = "OpenAPI 3.1", content_type = "application/json", body = Object),
))]
pub async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(AuthenticatedSessionsApi::openapi())
}
