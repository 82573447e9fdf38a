//! The audit trail over HTTP: `/api/v1/admin/audit/…` (docs/audit.md). Administrators read what lies within their reach.

mod filter;
mod trail;
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
pub struct AuditTrail;

type Trail = Desk<AuditTrail>;

/// What the surface serves.
pub fn operations() -> Operations<AuditTrail> {
    operations![trail::list, trail::actions, trail::resource_types, trail::head, trail::export]
}

/// Its routes.
pub fn routes(serving: &Serving) -> Router {
    operations().mount_all(serving, AuditTrail)
}

impl Surface for AuditTrail {
    type Error = V1Error;

    const DOCUMENT: DocumentAt = DocumentAt { path: "/openapi/audit.yaml", operation_id: "getAuditDocument" };

    const REFUSALS: &'static [Refusal] = REFUSALS;

    fn about() -> utoipa::openapi::OpenApi {
        About::openapi()
    }
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Cloakroom: audit trail",
        description = "What happened, as far as the caller's role reaches: paged, exported, and where its chain of hashes ends."
    ),
    modifiers(&AccessTokens),
    security(("accessToken" = [])),
    tags((name = "audit", description = "The audit trail"), (name = "about", description = "This document"))
)]
struct About;
