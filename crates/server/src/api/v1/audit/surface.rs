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
        title = "Cloakroom: audit trail",
        description = "What happened, as far as the caller's role reaches: paged, exported, and where its chain of hashes ends."
    ),
    modifiers(&AccessTokens),
    security(("accessToken" = [])),
    tags((name = "audit", description = "The audit trail"), (name = "about", description = "This document"))
)]
pub struct AuditTrail;

pub type Trail = Desk<AuditTrail>;

impl Surface for AuditTrail {
    type Error = V1Error;

    const DOCUMENT: DocumentAt = DocumentAt { path: "/openapi/audit.yaml", operation_id: "getAuditDocument" };

    const REFUSALS: &'static [Refusal] = REFUSALS;
}
