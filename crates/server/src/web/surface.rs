//! What the surface is.

use std::sync::Arc;

use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::door::Door;
use super::error::PageError;
use crate::http::document::{AccessTokens, Refusal};
use crate::http::readiness::Readiness;
use crate::http::surface::{Desk, DocumentAt, Surface};
use crate::metrics::Metrics;

/// This surface.
#[derive(Clone, OpenApi)]
#[openapi(
    info(
        title = "Cloakroom: front door",
        description = "Pages for people at a browser, and what proxies ask before they let one through. Programs use the other APIs: forms here \
                       want the cookie and the token of the page that they stand on."
    ),
    modifiers(&AccessTokens, &OtherCredentials),
    tags((name = "pages", description = "What people see"), (name = "account", description = "Their devices, and whom they let in"), (name = "console", description = "Where those who run the place look at it and act"), (name = "openid", description = "Letting applications in, and out"), (name = "forward-auth", description = "What proxies ask"), (name = "about", description = "This surface itself"))
)]
pub struct FrontDoor(pub Arc<Door>, pub Health);

/// How the server is doing, for those who run the place.
#[derive(Clone)]
pub struct Health {
    pub readiness: Readiness,
    pub metrics: Arc<Metrics>,
}

pub type FrontDesk = Desk<FrontDoor>;

impl Surface for FrontDoor {
    type Error = PageError;

    const DOCUMENT: DocumentAt = DocumentAt { path: "/openapi/front-door.yaml", operation_id: "getFrontDoorDocument" };

    // They are pages and no JSON: each operation names them (error.rs, PageRefusals).
    const REFUSALS: &'static [Refusal] = &[];
}

/// What a proxy may pass on beside an access token.
struct OtherCredentials;

impl Modify for OtherCredentials {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let in_header = |name| SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new(name)));
        let guid = ApiKeyValue::with_description("Authorization", "`Session`, a space, and the bearer guid of the session");
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("apiKey", in_header("x-api-key"));
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("__Host-cloakroom"))));
        components.add_security_scheme("sessionGuid", SecurityScheme::ApiKey(ApiKey::Header(guid)));
    }
}
