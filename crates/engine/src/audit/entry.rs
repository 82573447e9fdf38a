//! One line of the trail, and how it is written.

use super::action::{Action, AuditResult, ResourceKind};
use super::origin::{Actor, RequestOrigin};
use crate::clock::Timestamp;
use crate::ids::TenantNumber;

/// One line of the trail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditEntry {
    pub at: Timestamp,
    pub action: Action,
    pub result: AuditResult,
    pub actor: Actor,
    pub origin: RequestOrigin,
    pub tenant: Option<TenantNumber>,
    pub resource: ResourceKind,
    /// Public id of what it happened to, where there is one.
    pub resource_id: Option<String>,
    /// Further facts, by name. No secret, no hash of one.
    pub detail: Vec<(&'static str, String)>,
}

impl AuditEntry {
    /// A successful action of `actor`.
    pub fn success(at: Timestamp, action: Action, resource: ResourceKind, actor: Actor, origin: RequestOrigin) -> Self {
        Self { at, action, result: AuditResult::Success, actor, origin, tenant: None, resource, resource_id: None, detail: Vec::new() }
    }

    #[must_use]
    pub fn on(mut self, resource_id: impl std::fmt::Display) -> Self {
        self.resource_id = Some(resource_id.to_string());
        self
    }

    #[must_use]
    pub const fn within(mut self, tenant: Option<TenantNumber>) -> Self {
        self.tenant = tenant;
        self
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.detail.push((name, value.into()));
        self
    }
}
