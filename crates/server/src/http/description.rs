//! Serving the OpenAPI document that was made from the handlers.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use utoipa::OpenApi;

/// The document `D` as YAML.
#[must_use]
pub fn yaml<D: OpenApi>() -> Response {
    match D::openapi().to_yaml() {
        Ok(yaml) => ([(header::CONTENT_TYPE, "application/yaml")], yaml).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
