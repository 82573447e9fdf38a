//! What the trail's endpoints say of themselves: `/openapi/audit.yaml`.

use axum::response::Response;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::http::description;

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

struct AccessTokens;

impl Modify for AccessTokens {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        document.components.get_or_insert_default().add_security_scheme("access token", SecurityScheme::Http(scheme));
    }
}

/// The list answers with and without the slash at its end.
struct WithoutSlash;

impl Modify for WithoutSlash {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        if let Some(mut path) = document.paths.paths.get("/api/v1/admin/audit/").cloned() {
            if let Some(get) = &mut path.get {
                get.operation_id = Some("audit_list_without_slash".into());
            }
            document.paths.paths.insert("/api/v1/admin/audit".into(), path);
        }
    }
}

/// This document.
#[utoipa::path(get, path = "/openapi/audit.yaml", tag = "about", responses(
    (status = 200, description = "OpenAPI 3.1", content_type = "application/yaml", body = String),
))]
pub async fn document() -> Response {
    description::yaml::<AuditApi>()
}
