//! What this surface says of itself: `/session-storage/openapi.yaml`.

use axum::response::Response;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::http::description;

/// The OpenAPI document, made from the handlers.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Cloakroom: session storage",
        description = "Sessions that a client application keeps for the user whom it belongs to: it sees and changes all of that user's \
                       active sessions, wherever they were born, and nobody else's."
    ),
    paths(
        super::create::create,
        super::list::list,
        super::get::get,
        super::delete::delete,
        super::set_expiry::set_expiry,
        document,
    ),
    modifiers(&ClientHeaders, &BothPaths),
    tags((name = "sessions", description = "The owner's sessions"), (name = "about", description = "This surface itself"))
)]
pub struct SessionStorageApi;

struct ClientHeaders;

impl Modify for ClientHeaders {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        for (name, header) in [("client id", "ClientID"), ("client secret", "ClientSecret")] {
            components.add_security_scheme(name, SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new(header))));
        }
    }
}

/// Creating answers under both of its names.
struct BothPaths;

impl Modify for BothPaths {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let paths = &mut document.paths.paths;
        let create = paths.get("/session-storage/session").and_then(|path| path.post.clone());
        if let (Some(mut create), Some(sessions)) = (create, paths.get_mut("/session-storage/sessions")) {
            create.operation_id = Some("storage_create_in_sessions".into());
            sessions.post = Some(create);
        }
    }
}

/// This document.
#[utoipa::path(get, path = "/session-storage/openapi.yaml", tag = "about", responses(
    (status = 200, description = "OpenAPI 3.1", content_type = "application/yaml", body = String),
))]
pub async fn document() -> Response {
    description::yaml::<SessionStorageApi>()
}
