//! Pages of the trail, newest first, with exact totals.

use cloakroom_engine::audit::recorded::RecordedEntry;
use cloakroom_engine::audit::store::ListAudit;
use cloakroom_engine::cursor::Place;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::page::ListPage;
use const_format::{concatcp, str_replace};

use super::row::{Conditions, UNINDEXED};
use crate::driver::{Connection, Param, Record, all, one};
use crate::paging::{Rows, counted};

/// All conditions, the one that leads written so that its index is used.
const OF_RESOURCE: &str = concatcp!(
    "WHERE l.resource_id = $6 AND ($3 IS NULL OR l.actor_id = $3) AND ($1 IS NULL OR l.tenant_number = $1)
       AND ($2 IS NULL OR l.tenant_number IN (SELECT o.number FROM tenants o WHERE o.partner_number = $2))",
    UNINDEXED
);
const OF_TENANT: &str = concatcp!(
    "WHERE $6 IS NULL AND ($3 IS NULL OR l.actor_id = $3) AND l.tenant_number = $1
       AND ($2 IS NULL OR l.tenant_number IN (SELECT o.number FROM tenants o WHERE o.partner_number = $2))",
    UNINDEXED
);
const OF_PARTNER: &str = concatcp!(
    "WHERE $6 IS NULL AND ($3 IS NULL OR l.actor_id = $3) AND $1 IS NULL
       AND l.tenant_number IN (SELECT o.number FROM tenants o WHERE o.partner_number = $2)",
    UNINDEXED
);
const OF_ALL: &str = concatcp!("WHERE $6 IS NULL AND ($3 IS NULL OR l.actor_id = $3) AND $1 IS NULL AND $2 IS NULL", UNINDEXED);

struct Statements {
    page: &'static str,
    count: &'static str,
}

const PAGE: &str = concatcp!(
    "SELECT ",
    RecordedEntry::COLUMNS,
    " FROM audit_log l LEFT JOIN tenants n ON n.number = l.tenant_number {conditions} AND l.sequence < $13
     ORDER BY l.sequence DESC LIMIT $14 OFFSET $15"
);
const COUNT: &str = "SELECT count(*) FROM audit_log l {conditions}";

const RESOURCE: Statements =
    Statements { page: str_replace!(PAGE, "{conditions}", OF_RESOURCE), count: str_replace!(COUNT, "{conditions}", OF_RESOURCE) };
const TENANT: Statements =
    Statements { page: str_replace!(PAGE, "{conditions}", OF_TENANT), count: str_replace!(COUNT, "{conditions}", OF_TENANT) };
const PARTNER: Statements =
    Statements { page: str_replace!(PAGE, "{conditions}", OF_PARTNER), count: str_replace!(COUNT, "{conditions}", OF_PARTNER) };
const ALL: Statements = Statements { page: str_replace!(PAGE, "{conditions}", OF_ALL), count: str_replace!(COUNT, "{conditions}", OF_ALL) };

const fn statements(conditions: &Conditions) -> &'static Statements {
    let (scope, filter) = (conditions.scope(), conditions.filter());
    if filter.resource_id.is_some() {
        &RESOURCE
    } else if scope.tenant.is_some() {
        &TENANT
    } else if scope.partner.is_some() {
        &PARTNER
    } else {
        &ALL
    }
}

/// A page and the total, from one snapshot of the database.
pub(crate) async fn page(conn: &mut dyn Connection, list: ListAudit) -> Result<ListPage<RecordedEntry, Place>, StoreError> {
    let conditions = Conditions::new(list.scope, list.filter);
    let statements = statements(&conditions);
    let total = counted(one::<i64>(conn, statements.count, &conditions.params()).await?);
    let rows = Rows::of(&list.page, total);
    let behind = [Param::Int(rows.after.number), rows.limit(), rows.offset()];
    let paged: Vec<Param<'_>> = conditions.params().into_iter().chain(behind).collect();
    let entries = if rows.are_any() { all(conn, statements.page, &paged).await? } else { Vec::new() };
    Ok(list.page.filled(entries, total, |entry: &RecordedEntry| Place::numbered(entry.sequence)))
}
