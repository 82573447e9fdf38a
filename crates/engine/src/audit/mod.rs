//! The audit trail: one entry per mutation and per refused sign-in, committed together with what it tells of.
//!
//! It is also the ordered feed that caches and webhooks follow, so its order is the order of commits. The one mutation without
//! an entry is a touch: it changes nothing that anybody could dispute.

mod action;
mod entry;
mod origin;

pub use action::{Action, AuditResult, ResourceKind};
pub use entry::AuditEntry;
pub use origin::{Actor, RequestOrigin};
