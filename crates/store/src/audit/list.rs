//! Numbered pages of the trail, newest first, with exact totals.

use cloakroom_engine::audit::store::{AuditPage, ListAudit};
use cloakroom_engine::error::StoreError;

use super::row::{Conditions, entry, entry_columns, unindexed_conditions};
use crate::driver::{Connection, Param, query_all, query_one};

/// All conditions, the one that leads written so that its index is used.
macro_rules! conditions {
    (resource) => {
        concat!(
            "WHERE l.resource_id = $6 AND ($3 IS NULL OR l.actor_id = $3) AND ($1 IS NULL OR l.tenant_number = $1)
             AND ($2 IS NULL OR l.tenant_number IN (SELECT o.number FROM tenants o WHERE o.partner_number = $2)) ",
            unindexed_conditions!()
        )
    };
    (tenant) => {
        concat!(
            "WHERE $6 IS NULL AND ($3 IS NULL OR l.actor_id = $3) AND l.tenant_number = $1
             AND ($2 IS NULL OR l.tenant_number IN (SELECT o.number FROM tenants o WHERE o.partner_number = $2)) ",
            unindexed_conditions!()
        )
    };
    (partner) => {
        concat!(
            "WHERE $6 IS NULL AND ($3 IS NULL OR l.actor_id = $3) AND $1 IS NULL
             AND l.tenant_number IN (SELECT o.number FROM tenants o WHERE o.partner_number = $2) ",
            unindexed_conditions!()
        )
    };
    (all) => {
        concat!("WHERE $6 IS NULL AND ($3 IS NULL OR l.actor_id = $3) AND $1 IS NULL AND $2 IS NULL ", unindexed_conditions!())
    };
}

struct Statements {
    page: &'static str,
    count: &'static str,
}

macro_rules! statements {
    ($leading:ident) => {
        Statements {
            page: concat!(
                "SELECT ",
                entry_columns!(),
                "FROM audit_log l LEFT JOIN tenants n ON n.number = l.tenant_number ",
                conditions!($leading),
                "ORDER BY l.sequence DESC LIMIT $13 OFFSET $14"
            ),
            count: concat!("SELECT count(*) FROM audit_log l ", conditions!($leading)),
        }
    };
}

const OF_RESOURCE: Statements = statements!(resource);
const OF_TENANT: Statements = statements!(tenant);
const OF_PARTNER: Statements = statements!(partner);
const OF_ALL: Statements = statements!(all);

const fn statements(conditions: &Conditions) -> &'static Statements {
    let (scope, filter) = (conditions.scope(), conditions.filter());
    if filter.resource_id.is_some() {
        &OF_RESOURCE
    } else if scope.tenant.is_some() {
        &OF_TENANT
    } else if scope.partner.is_some() {
        &OF_PARTNER
    } else {
        &OF_ALL
    }
}

/// A page and the total, from one snapshot of the database.
pub(super) async fn page(conn: &mut dyn Connection, list: ListAudit) -> Result<AuditPage, StoreError> {
    let conditions = Conditions::new(list.scope, list.filter);
    let statements = statements(&conditions);
    let total = query_one(conn, statements.count, &conditions.params(), |row| row.int(0)).await?.unwrap_or(0);
    let per_page = i64::from(list.page.per_page);
    let before = i64::try_from(list.page.page.saturating_sub(1)).unwrap_or(i64::MAX).saturating_mul(per_page);
    let paged: Vec<Param<'_>> = conditions.params().into_iter().chain([Param::Int(per_page), Param::Int(before)]).collect();
    let entries = if before < total { query_all(conn, statements.page, &paged, |row| entry(row, 0)).await? } else { Vec::new() };
    Ok(AuditPage { entries, total: u64::try_from(total).unwrap_or(0) })
}
