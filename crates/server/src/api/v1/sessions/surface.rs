//! What the surface is, and what it refuses whatever is asked.

use utoipa::OpenApi;

use crate::api::v1::REFUSALS;
use crate::api::v1::error::V1Error;
use crate::http::document::{AccessTokens, Refusal};
use crate::http::surface::{Desk, DocumentAt, Surface};

/// This surface.
#[derive(Clone, OpenApi)]
#[openapi(
    info(
        title = "Cloakroom: sessions API v1",
        description = "A user's own sessions, and those of others as far as the caller's role reaches."
    ),
    modifiers(&AccessTokens),
    security(("accessToken" = [])),
    tags(
        (name = "me", description = "The caller's own sessions"),
        (name = "tenants", description = "Sessions of one tenant"),
        (name = "administration", description = "Sessions of every tenant within reach"),
        (name = "about", description = "This surface itself")
    )
)]
pub struct V1Sessions;

pub type Sessions = Desk<V1Sessions>;

impl Surface for V1Sessions {
    type Error = V1Error;

    const DOCUMENT: DocumentAt = DocumentAt { path: "/api/v1/openapi.json", operation_id: "getV1SessionsDocument" };

    const REFUSALS: &'static [Refusal] = REFUSALS;
}
