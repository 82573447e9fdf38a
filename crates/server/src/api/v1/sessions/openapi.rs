//! What this surface says of itself: `/api/v1/openapi.json`.

use axum::Json;
use utoipa::OpenApi;

use super::{admin, me, tenants};
use crate::http::description::{AccessTokens, WithoutSlash};

/// The OpenAPI document, made from the handlers.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Cloakroom: sessions API v1",
        description = "A user's own sessions, and those of others as far as the caller's role reaches."
    ),
    paths(
        admin::list::list,
        admin::revoke_all::revoke_all,
        admin::get::get,
        admin::revoke::revoke,
        me::list::list,
        me::revoke_all::revoke_all,
        me::revoke::revoke,
        tenants::list::list,
        tenants::revoke_all::revoke_all,
        tenants::stats::stats,
        tenants::list_of_user::list_of_user,
        tenants::revoke_of_user::revoke_of_user,
        tenants::get::get,
        tenants::revoke::revoke,
        document,
    ),
    modifiers(&AccessTokens, &WithoutSlash),
    tags(
        (name = "me", description = "The caller's own sessions"),
        (name = "tenants", description = "Sessions of one tenant"),
        (name = "administration", description = "Sessions of every tenant within reach"),
        (name = "about", description = "This surface itself")
    )
)]
pub struct V1SessionsApi;

/// This document.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "about", responses(
    (status = 200, description = "OpenAPI 3.1", content_type = "application/json", body = Object),
))]
pub async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(V1SessionsApi::openapi())
}
