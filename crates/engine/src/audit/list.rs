//! Reading the trail: who may see which entries, page by page.

use super::recorded::RecordedEntry;
use super::store::{AddressFilter, AuditFilter, AuditScope, ListAudit};
use crate::callers::{OutOfReach, SessionAdmin};
use crate::cursor::{Binding, ListKind, PageAsked, Unlisted};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::{PartnerUid, TenantUid};
use crate::sessions::admin::list::Listed;
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
    pub async fn list_audit(&self, admin: &SessionAdmin, query: AuditQuery, page: PageAsked) -> Listed<RecordedEntry> {
        let scope = match self.audit_scope(admin, &query).await? {
            Ok(scope) => scope,
            Err(out) => return Ok(Err(Unlisted::Refused(out))),
        };
        let binding = binding(admin, scope, &query.filter);
        match binding.place(&self.keys, page) {
            Ok(page) => {
                let found = self.store.audit_page(ListAudit { scope, filter: query.filter, page }).await?;
                Ok(Ok(binding.shown(&self.keys, found)))
            }
            Err(not) => Ok(Err(not.into())),
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

/// What a place in the trail is bound to.
fn binding(admin: &SessionAdmin, scope: AuditScope, filter: &AuditFilter) -> Binding {
    let AuditFilter { actor_id, action, resource, resource_id, result, from, to, address } = filter;
    let network = address.map(|address| match address {
        AddressFilter::Exactly(address) => address.to_string(),
        AddressFilter::Within(first, last) => format!("{first}-{last}"),
    });
    admin
        .binding(ListKind::Trail)
        .if_number(scope.tenant.map(|tenant| tenant.0))
        .if_number(scope.partner.map(|partner| partner.0))
        .if_text(actor_id.as_deref())
        .if_text(action.map(|action| action.as_str()))
        .if_text(resource.map(|resource| resource.as_str()))
        .if_text(resource_id.as_deref())
        .if_text(result.map(|result| result.as_str()))
        .if_moment(*from)
        .if_moment(*to)
        .if_text(network.as_deref())
}
