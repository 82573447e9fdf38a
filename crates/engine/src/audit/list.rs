//! Reading the trail: who may see which entries, page by page.

use std::net::IpAddr;

use super::recorded::RecordedEntry;
use super::{Action, AuditResult, ResourceKind};
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::{PartnerNumber, PartnerUid, TenantNumber, TenantUid};
use crate::sessions::admin::list::PageNumber;
use crate::sessions::admin::scope::NamedScope;
use crate::sessions::admin::{OutOfReach, SessionAdmin};

/// What a caller asks for. What is `None` narrows nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AuditQuery {
    pub tenant: Option<TenantUid>,
    pub partner: Option<PartnerUid>,
    pub filter: AuditFilter,
}

/// What an entry must be like.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AuditFilter {
    pub actor_id: Option<String>,
    pub action: Option<Action>,
    pub resource: Option<ResourceKind>,
    pub resource_id: Option<String>,
    pub result: Option<AuditResult>,
    /// Inclusive.
    pub from: Option<Timestamp>,
    /// Exclusive.
    pub to: Option<Timestamp>,
    pub address: Option<AddressFilter>,
}

/// Where a request must have come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AddressFilter {
    /// A minimised entry is from nowhere exactly.
    Exactly(IpAddr),
    /// From the first address to the last, both included. A minimised entry counts as the first address of its network.
    Within(IpAddr, IpAddr),
}

/// Whose entries: those of the tenant, of the partner's tenants, or of all and of none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct AuditScope {
    pub tenant: Option<TenantNumber>,
    pub partner: Option<PartnerNumber>,
}

/// One numbered page.
#[derive(Clone, Debug)]
pub struct ListAudit {
    pub scope: AuditScope,
    pub filter: AuditFilter,
    pub page: PageNumber,
}

/// A page, newest first, and how many there are on all pages together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditPage {
    pub entries: Vec<RecordedEntry>,
    pub total: u64,
}

impl Engine {
    /// One page of the entries that `query` means, newest first. What has no tenant only reaches whoever reaches everything.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_audit(
        &self,
        admin: &SessionAdmin,
        query: AuditQuery,
        page: PageNumber,
    ) -> Result<Result<AuditPage, OutOfReach>, EngineError> {
        match self.audit_scope(admin, &query).await? {
            Ok(scope) => Ok(Ok(self.store.audit_page(ListAudit { scope, filter: query.filter, page }).await?)),
            Err(out) => Ok(Err(out)),
        }
    }

    pub(super) async fn audit_scope(
        &self,
        admin: &SessionAdmin,
        query: &AuditQuery,
    ) -> Result<Result<AuditScope, OutOfReach>, EngineError> {
        let named = NamedScope { tenant: query.tenant, partner: query.partner, user: None };
        let scope = self.scope(admin, &named).await?;
        Ok(scope.map(|scope| AuditScope { tenant: scope.tenant, partner: scope.partner }))
    }
}
