//! The audit trail, under `/api/v1/admin/audit/`.

mod calls;
mod export;

pub use calls::{Audit, AuditActor, AuditEntry, AuditFilter, AuditHead};
pub use export::{AuditExport, AuditLine};
