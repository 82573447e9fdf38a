//! What the surface is, and what it refuses whatever is asked.

use utoipa::OpenApi;

use super::envelope::Failed;
use super::error::UsmError;
use crate::http::document::{Refusal, When};
use crate::http::surface::{Desk, DocumentAt, Surface};

/// This surface.
#[derive(Clone, OpenApi)]
#[openapi(
    info(
        title = "Cloakroom: User Session Management",
        description = "Sessions, service accounts and API keys over JSON: every route is a POST, credentials stand in the body. See PROTOCOL.md for the whole picture."
    ),
    security(()),
    tags(
        (name = "sessions", description = "Sessions from birth to archive"),
        (name = "service accounts", description = "The machines of an org, for its owners"),
        (name = "API keys", description = "What service accounts prove themselves with"),
        (name = "about", description = "This surface itself"),
    )
)]
pub struct Usm;

pub type UsmDesk = Desk<Usm>;

impl Surface for Usm {
    type Error = UsmError;

    const DOCUMENT: DocumentAt = DocumentAt { path: "/usm/openapi.yaml", operation_id: "getUsmDocument" };

    const REFUSALS: &'static [Refusal] = &[
        Refusal::new::<Failed>(When::Body, "400", "validation-error"),
        Refusal::new::<Failed>(When::Body, "408", "request-timeout"),
        Refusal::new::<Failed>(When::Body, "413", "payload-too-large"),
        Refusal::new::<Failed>(When::Always, "429", "rate-limited"),
        Refusal::new::<Failed>(When::Always, "431", "headers-too-large"),
        Refusal::new::<Failed>(When::Always, "500", "internal-error"),
        Refusal::new::<Failed>(When::Always, "503", "service-unavailable"),
    ];
}
