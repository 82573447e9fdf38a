//! What the surface is, and what it refuses whatever is asked.

use utoipa::OpenApi;

use crate::api::v1::REFUSALS;
use crate::api::v1::error::V1Error;
use crate::http::document::{AccessTokens, Refusal};
use crate::http::surface::{Desk, DocumentAt, Surface};

/// This surface.
#[derive(Clone, OpenApi)]
#[openapi(
    info(title = "Cloakroom: own account v1", description = "A user's own profile, password and consents, and what mails prove."),
    modifiers(&AccessTokens),
    security(("accessToken" = [])),
    tags(
        (name = "me", description = "The caller's own account"),
        (name = "auth", description = "For those who cannot sign in, or not yet"),
        (name = "about", description = "These routes themselves")
    )
)]
pub struct OwnAccount;

pub type AccountDesk = Desk<OwnAccount>;

impl Surface for OwnAccount {
    type Error = V1Error;

    const DOCUMENT: DocumentAt = DocumentAt { path: "/openapi/account.yaml", operation_id: "getAccountDocument" };

    const REFUSALS: &'static [Refusal] = REFUSALS;
}
