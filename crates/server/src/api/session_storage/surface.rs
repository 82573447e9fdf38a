//! What the surface is, and what it refuses whatever is asked.

use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::envelope::Failure;
use super::error::StorageError;
use crate::http::document::{Refusal, When};
use crate::http::surface::{Desk, DocumentAt, Surface};

/// This surface.
#[derive(Clone, OpenApi)]
#[openapi(
    info(
        title = "Cloakroom: session storage",
        description = "Sessions that a client application keeps for the user whom it belongs to: it sees and changes all of that user's \
                       active sessions, wherever they were born, and nobody else's."
    ),
    modifiers(&ClientHeaders),
    security(("clientId" = [], "clientSecret" = [])),
    tags((name = "sessions", description = "The owner's sessions"), (name = "about", description = "This surface itself"))
)]
pub struct SessionStorage;

pub type Storage = Desk<SessionStorage>;

impl Surface for SessionStorage {
    type Error = StorageError;

    const DOCUMENT: DocumentAt = DocumentAt { path: "/session-storage/openapi.yaml", operation_id: "getSessionStorageDocument" };

    /// A time to live that stands in the wrong place is never passed over in silence.
    const STRICT_BODIES: bool = true;

    const REFUSALS: &'static [Refusal] = &[
        Refusal::new::<Failure>(When::Query, "400", "Some value is missing or wrong"),
        Refusal::new::<Failure>(When::Body, "400", "Some value is missing or wrong"),
        Refusal::new::<Failure>(When::Secured, "401", "ClientID or ClientSecret is missing, unknown or wrong"),
        Refusal::new::<Failure>(When::Secured, "403", "The client is disabled, of a closed tenant, or belongs to no user"),
        Refusal::new::<Failure>(When::PathId, "404", "No such live session of the owner's"),
        Refusal::new::<Failure>(When::Body, "408", "The body did not arrive in time"),
        Refusal::new::<Failure>(When::Body, "413", "The body is too large"),
        Refusal::new::<Failure>(When::Always, "429", "Too many requests from here; Retry-After says how long"),
        Refusal::new::<Failure>(When::Always, "431", "The head of the request is too large"),
        Refusal::new::<Failure>(When::Always, "500", "A fault of ours"),
        Refusal::new::<Failure>(When::Always, "503", "Try again shortly"),
    ];
}

struct ClientHeaders;

impl Modify for ClientHeaders {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        for (name, header) in [("clientId", "ClientID"), ("clientSecret", "ClientSecret")] {
            components.add_security_scheme(name, SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new(header))));
        }
    }
}
