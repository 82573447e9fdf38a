//! `/usm/PROTOCOL.md`: the surface in words.

use axum::http::header;
use axum::response::{IntoResponse, Response};

const PROTOCOL: &str = include_str!("PROTOCOL.md");

/// The protocol in words.
#[utoipa::path(get, path = "/usm/PROTOCOL.md", operation_id = "getUsmProtocol", tag = "about",
    responses((status = 200, description = "Markdown", content_type = "text/markdown", body = String)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn protocol() -> Response {
    ([(header::CONTENT_TYPE, "text/markdown; charset=utf-8")], PROTOCOL).into_response()
}
