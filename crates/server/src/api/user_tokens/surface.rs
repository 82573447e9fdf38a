//! What the surface is, and what it refuses whatever is asked.

use utoipa::OpenApi;

use super::envelope::{APIResponse, Nothing};
use super::error::TokensError;
use crate::http::document::{AccessTokens, Refusal, When};
use crate::http::surface::{Desk, DocumentAt, Surface};

/// This surface.
#[derive(Clone, OpenApi)]
#[openapi(
    info(
        title = "Cloakroom: login and token rotation",
        description = "Paths, field names and query names match in any case. Exactly three endpoints are anonymous: login, lookup and HealthCheck."
    ),
    modifiers(&AccessTokens),
    security(("accessToken" = [])),
    tags(
        (name = "user", description = "Logging in and out"),
        (name = "common", description = "What everybody may ask"),
        (name = "about", description = "This surface itself")
    )
)]
pub struct UserTokens;

pub type Tokens = Desk<UserTokens>;

impl Surface for UserTokens {
    type Error = TokensError;

    const DOCUMENT: DocumentAt = DocumentAt { path: "/openapi/user-tokens.yaml", operation_id: "getUserTokensDocument" };

    const REFUSALS: &'static [Refusal] = &[
        Refusal::new::<APIResponse<Nothing>>(
            When::Always,
            "400",
            "Some value is missing or wrong, or the header Version names another version",
        ),
        Refusal::new::<APIResponse<Nothing>>(When::Secured, "401", "The access token is missing or not valid"),
        Refusal::new::<APIResponse<Nothing>>(When::Secured, "403", "The user has to choose a password before anything else"),
        Refusal::new::<APIResponse<Nothing>>(When::Body, "408", "The body did not arrive in time"),
        Refusal::new::<APIResponse<Nothing>>(When::Body, "413", "The body is too large"),
        Refusal::new::<APIResponse<Nothing>>(When::Always, "429", "Too many requests from here; Retry-After says how long"),
        Refusal::new::<APIResponse<Nothing>>(When::Always, "431", "The head of the request is too large"),
        Refusal::new::<APIResponse<Nothing>>(When::Always, "500", "A fault of ours"),
        Refusal::new::<APIResponse<Nothing>>(When::Always, "503", "Try again shortly"),
    ];
}
