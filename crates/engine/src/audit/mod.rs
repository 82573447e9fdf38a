//! The audit trail: one entry per mutation and per refused sign-in, committed together with what it tells of.
//!
//! It is also the ordered feed that caches and webhooks follow, so its order is the order of commits. The one mutation without
//! an entry is a touch: it changes nothing that anybody could dispute.
//!
//! After the commit, one task seals the entries into a chain of hashes ([`chain`]), so that later changes are detected.

mod action;
pub mod archive;
pub mod chain;
pub mod checkpoint;
mod entry;
pub mod export;
pub mod list;
pub mod minimise;
pub mod minimised;
mod origin;
pub mod recorded;
pub mod retire;
pub mod seal;
pub mod store;
pub mod verify;

pub use action::{Action, AuditResult, ResourceKind};
pub use entry::AuditEntry;
pub use origin::{Actor, RequestOrigin, network};
