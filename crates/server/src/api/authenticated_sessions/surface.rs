//! What the surface is, and what it refuses whatever is asked.

use utoipa::OpenApi;

use super::error::{AdminError, AdminFailure};
use crate::http::document::{AccessTokens, Refusal, When};
use crate::http::surface::{Desk, DocumentAt, Surface};

/// This surface.
#[derive(Clone, OpenApi)]
#[openapi(
    info(
        title = "Cloakroom: authenticated sessions",
        description = "Who has active sessions, and which; for operators and administrators, as far as they reach."
    ),
    modifiers(&AccessTokens),
    security(("accessToken" = [])),
    tags(
        (name = "authenticated sessions", description = "Active sessions, by user"),
        (name = "about", description = "This surface itself")
    )
)]
pub struct AuthenticatedSessions;

pub type Authenticated = Desk<AuthenticatedSessions>;

impl Surface for AuthenticatedSessions {
    type Error = AdminError;

    const DOCUMENT: DocumentAt = DocumentAt { path: "/api/admin/openapi.json", operation_id: "getAuthenticatedSessionsDocument" };

    const REFUSALS: &'static [Refusal] = &[
        Refusal::new::<AdminFailure>(When::Query, "400", "Some value is wrong"),
        Refusal::new::<AdminFailure>(When::Secured, "401", "The access token is missing or not valid"),
        Refusal::new::<AdminFailure>(When::Secured, "403", "The caller is neither an operator nor an administrator"),
        Refusal::new::<AdminFailure>(When::Body, "408", "The body did not arrive in time"),
        Refusal::new::<AdminFailure>(When::Body, "413", "The body is too large"),
        Refusal::new::<AdminFailure>(When::Always, "429", "Too many requests from here; Retry-After says how long"),
        Refusal::new::<AdminFailure>(When::Always, "431", "The head of the request is too large"),
        Refusal::new::<AdminFailure>(When::Always, "500", "A fault of ours"),
        Refusal::new::<AdminFailure>(When::Always, "503", "Try again shortly"),
    ];
}
