//! What the trail's endpoints say of themselves: `/openapi/audit.yaml`.

use axum::response::Response;
use utoipa::OpenApi;

use crate::http::description::{self, AccessTokens, WithoutSlash};

/// The OpenAPI document, made from the handlers.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Cloakroom: audit trail",
        description = "What happened, as far as the caller's role reaches: paged, exported, and where its chain of hashes ends."
    ),
    paths(
        super::list::list,
        super::actions::actions,
        super::resource_types::resource_types,
        super::head::head,
        super::export::export,
        document,
    ),
    modifiers(&AccessTokens, &WithoutSlash),
    tags((name = "audit", description = "The audit trail"), (name = "about", description = "This document"))
)]
pub struct AuditApi;

/// This document.
#[utoipa::path(get, path = "/openapi/audit.yaml", tag = "about", responses(
    (status = 200, description = "OpenAPI 3.1", content_type = "application/yaml", body = String),
))]
pub async fn document() -> Response {
    description::yaml::<AuditApi>()
}
