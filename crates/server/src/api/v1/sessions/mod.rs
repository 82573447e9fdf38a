//! The sessions API, fourteen endpoints: `/api/v1/…` (docs/contracts/v1_sessions.md). A user's own sessions under `me`, those of others
//! under `tenants/{tenant_id}` and `admin`, as far as the caller's role reaches.

mod admin;
mod me;
mod tenant;
mod wire;

use axum::Router;
use utoipa::OpenApi;

use super::REFUSALS;
use super::error::V1Error;
use crate::http::document::{AccessTokens, Refusal};
use crate::http::operations::{Operations, operations};
use crate::http::surface::{Desk, DocumentAt, Serving, Surface};

/// This surface.
#[derive(Clone)]
pub struct V1Sessions;

type Sessions = Desk<V1Sessions>;

/// What the surface serves.
pub fn operations() -> Operations<V1Sessions> {
    operations![
        admin::list,
        admin::revoke_all,
        admin::get,
        admin::revoke,
        me::list,
        me::revoke_others,
        me::revoke,
        tenant::list,
        tenant::revoke_all,
        tenant::stats,
        tenant::list_of_user,
        tenant::revoke_of_user,
        tenant::get,
        tenant::revoke,
    ]
}

/// Its routes.
pub fn routes(serving: &Serving) -> Router {
    operations().mount_all(serving, V1Sessions)
}

impl Surface for V1Sessions {
    type Error = V1Error;

    const DOCUMENT: DocumentAt = DocumentAt { path: "/api/v1/openapi.json", operation_id: "getV1SessionsDocument" };

    const REFUSALS: &'static [Refusal] = REFUSALS;

    fn about() -> utoipa::openapi::OpenApi {
        About::openapi()
    }
}

#[derive(OpenApi)]
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
struct About;
