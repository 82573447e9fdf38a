//! Reading the trail: who may see which entries, page by page.

use super::store::{AuditFilter, AuditPage, AuditScope, ListAudit};
use crate::callers::{OutOfReach, SessionAdmin};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::{PartnerUid, TenantUid};
use crate::page::PageNumber;
use crate::sessions::scope::NamedScope;

/// What a caller asks for. What is `None` narrows nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AuditQuery {
    pub tenant: Option<TenantUid>,
    pub partner: Option<PartnerUid>,
    pub filter: AuditFilter,
}

impl Engine {
    /// One page of the entries that `query` selects, newest first. Only callers who reach everything see entries without a tenant.
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
