//! What these routes say of themselves: `/openapi/account.yaml`.

use axum::response::Response;
use utoipa::OpenApi;

use super::{auth, me};
use crate::http::description::{self, AccessTokens};

/// The OpenAPI document, made from the handlers.
#[derive(OpenApi)]
#[openapi(
    info(title = "Cloakroom: own account v1", description = "A user's own profile and password, and what mails prove."),
    paths(
        me::get::get,
        me::update::update,
        me::change_password::change_password,
        auth::forgot_password::forgot_password,
        auth::reset_password::reset_password,
        auth::resend_verification::resend_verification,
        auth::verify_email::verify_email,
        document,
    ),
    modifiers(&AccessTokens),
    tags(
        (name = "me", description = "The caller's own account"),
        (name = "auth", description = "For those who cannot sign in, or not yet"),
        (name = "about", description = "These routes themselves")
    )
)]
pub struct AccountApi;

/// This document.
#[utoipa::path(get, path = "/openapi/account.yaml", tag = "about", responses(
    (status = 200, description = "OpenAPI 3.1", content_type = "application/yaml", body = String),
))]
pub async fn document() -> Response {
    description::yaml::<AccountApi>()
}
