//! A user's own account under `/api/v1`: profile, password, and what mails prove.

mod auth;
mod error;
mod me;

use axum::Router;
use utoipa::OpenApi;

use super::error::V1Error;
use crate::api::v1;
use crate::http::document::{AccessTokens, Refusal};
use crate::http::operations::{Operations, operations};
use crate::http::surface::{Desk, DocumentAt, Serving, Surface};

/// This surface.
#[derive(Clone)]
pub struct OwnAccount;

type AccountDesk = Desk<OwnAccount>;

/// What the surface serves.
pub fn operations() -> Operations<OwnAccount> {
    operations![
        me::get,
        me::rename,
        me::change_password,
        auth::ask_for_password_reset,
        auth::reset_password,
        auth::ask_for_verification,
        auth::verify_email,
    ]
}

/// Its routes.
pub fn routes(serving: &Serving) -> Router {
    operations().mount_all(serving, OwnAccount)
}

impl Surface for OwnAccount {
    type Error = V1Error;

    const DOCUMENT: DocumentAt = DocumentAt { path: "/openapi/account.yaml", operation_id: "getAccountDocument" };

    const REFUSALS: &'static [Refusal] = v1::REFUSALS;

    fn about() -> utoipa::openapi::OpenApi {
        About::openapi()
    }
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Cloakroom: own account v1", description = "A user's own profile and password, and what mails prove."),
    modifiers(&AccessTokens),
    security(("accessToken" = [])),
    tags(
        (name = "me", description = "The caller's own account"),
        (name = "auth", description = "For those who cannot sign in, or not yet"),
        (name = "about", description = "These routes themselves")
    )
)]
struct About;
