//! The audit trail over HTTP: `/api/v1/admin/audit/…` (docs/audit.md). Administrators read what lies within their reach.

mod filter;
mod surface;
mod trail;
mod wire;

use axum::Router;

pub use self::surface::AuditTrail;
use self::surface::Trail;
pub use self::trail::exported;
use crate::http::envelope::Bare;
use crate::http::operations::{Operations, operations};
use crate::http::surface::Serving;

/// What the surface serves.
pub fn operations() -> Operations<AuditTrail> {
    operations![trail::list, trail::actions, trail::resource_types, trail::head, trail::export]
}

/// Its routes.
pub fn routes(serving: &Serving) -> Router {
    operations().mount_all(serving, AuditTrail, Bare, || operations().document())
}
