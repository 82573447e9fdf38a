//! The audit trail over HTTP: `/api/v1/admin/audit/…` (docs/audit.md). Administrators read what lies within their reach.

pub mod actions;
pub mod export;
mod filter;
pub mod head;
pub mod list;
pub mod openapi;
pub mod resource_types;
mod wire;
