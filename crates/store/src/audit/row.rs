//! An entry, and the conditions that it may have to meet.

use cloakroom_engine::audit::recorded::{RecordedEntry, RecordedTenant, address_bytes};
use cloakroom_engine::audit::store::{AddressFilter, AuditFilter, AuditScope};
use cloakroom_engine::clock::Timestamp;

use crate::driver::{Param, record};

record! {
    // Over `audit_log l` and its tenant `n`.

    for RecordedEntry as l {
        sequence, at, action, result, actor_kind, actor_id, tenant = "l.tenant_number, n.uid", resource_kind, resource_id, address,
        user_agent, request_id, detail,
    }
}

record! { for RecordedTenant { number, uid } }

/// The conditions of [`Conditions`] that no index helps with, over `$4`, `$5` and `$7` to `$12`.
pub(super) const UNINDEXED: &str =
    " AND ($4 IS NULL OR l.action = $4) AND ($5 IS NULL OR l.resource_kind = $5) AND ($7 IS NULL OR l.result = $7)
      AND ($8 IS NULL OR l.at >= $8) AND ($9 IS NULL OR l.at < $9) AND ($10 IS NULL OR l.address = $10)
      AND ($11 IS NULL OR l.address_bytes >= $11) AND ($12 IS NULL OR l.address_bytes <= $12) ";

/// Scope and filter as parameters: `$1` tenant, `$2` partner, `$3` actor, `$4` action, `$5` and `$6` kind and id of the resource, `$7`
/// result, `$8` from, `$9` to, `$10` one address, `$11` and `$12` the ends of a range of addresses.
pub(super) struct Conditions {
    scope: AuditScope,
    filter: AuditFilter,
    address: Option<String>,
    range: Option<([u8; 16], [u8; 16])>,
}

impl Conditions {
    pub(super) fn new(scope: AuditScope, filter: AuditFilter) -> Self {
        let (address, range) = match filter.address {
            Some(AddressFilter::Exactly(address)) => (Some(address.to_string()), None),
            Some(AddressFilter::Within(first, last)) => (None, address_bytes(&first.to_string()).zip(address_bytes(&last.to_string()))),
            None => (None, None),
        };
        Self { scope, filter, address, range }
    }

    pub(super) const fn scope(&self) -> &AuditScope {
        &self.scope
    }

    pub(super) const fn filter(&self) -> &AuditFilter {
        &self.filter
    }

    pub(super) fn params(&self) -> [Param<'_>; 12] {
        let Self { scope, filter, address, range } = self;
        [
            scope.tenant.map(|tenant| tenant.0).into(),
            scope.partner.map(|partner| partner.0).into(),
            filter.actor_id.as_deref().into(),
            filter.action.map(|action| action.as_str()).into(),
            filter.resource.map(|resource| resource.as_str()).into(),
            filter.resource_id.as_deref().into(),
            filter.result.map(|result| result.as_str()).into(),
            filter.from.map(Timestamp::as_millis).into(),
            filter.to.map(Timestamp::as_millis).into(),
            address.as_deref().into(),
            range.as_ref().map(|(first, _)| first).into(),
            range.as_ref().map(|(_, last)| last).into(),
        ]
    }
}
