//! What this surface says of itself: `/usm/openapi.yaml` and `/usm/PROTOCOL.md`.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use utoipa::OpenApi;

/// The OpenAPI document, made from the handlers.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Cloakroom: User Session Management",
        description = "Sessions over JSON: every route is a POST, credentials stand in the body. See PROTOCOL.md for the whole picture."
    ),
    paths(
        super::create::create,
        super::validate::validate,
        super::close::close,
        super::get::get,
        super::list::list,
        super::logout_other_devices::logout_other_devices,
        super::logout_everywhere::logout_everywhere,
        document,
        protocol,
    ),
    tags((name = "sessions", description = "Sessions from birth to archive"), (name = "about", description = "This surface itself"))
)]
pub struct UsmApi;

const PROTOCOL: &str = include_str!("PROTOCOL.md");

/// This document.
#[utoipa::path(get, path = "/usm/openapi.yaml", tag = "about", responses(
    (status = 200, description = "OpenAPI 3.1", content_type = "application/yaml", body = String),
    (status = 500, description = "The document could not be written"),
))]
pub async fn document() -> Response {
    match UsmApi::openapi().to_yaml() {
        Ok(yaml) => ([(header::CONTENT_TYPE, "application/yaml")], yaml).into_response(),
        Err(_) => super::error::UsmError::INTERNAL.into_response(),
    }
}

/// The protocol in words.
#[utoipa::path(get, path = "/usm/PROTOCOL.md", tag = "about", responses(
    (status = 200, description = "Markdown", content_type = "text/markdown", body = String),
))]
pub async fn protocol() -> Response {
    ([(header::CONTENT_TYPE, "text/markdown; charset=utf-8")], PROTOCOL).into_response()
}
