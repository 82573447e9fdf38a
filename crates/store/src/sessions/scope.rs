//! Numbered pages of sessions within a scope, newest first, with exact totals.

use cloakroom_engine::ids::{PartnerNumber, TenantNumber, UserNumber};
use cloakroom_engine::sessions::admin::list::{ListScope, ScopePage};
use cloakroom_engine::sessions::admin::scope::SessionScope;
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::store::StoreError;

use super::live::live;
use super::snapshot::{from_sessions, select_snapshot};
use super::{detail, snapshot};
use crate::driver::{Connection, Param, query_one};

/// The conditions of a scope over `$1` user, `$2` tenant, `$3` partner, each written so that its index is used.
macro_rules! within {
    (user) => {
        "WHERE s.user_number = $1 AND ($2 IS NULL OR s.tenant_number = $2) AND ($3 IS NULL OR n.partner_number = $3) "
    };
    (tenant) => {
        "WHERE $1 IS NULL AND s.tenant_number = $2 AND ($3 IS NULL OR n.partner_number = $3) "
    };
    (partner) => {
        "WHERE $1 IS NULL AND $2 IS NULL AND s.tenant_number IN (SELECT o.number FROM tenants o WHERE o.partner_number = $3) "
    };
    (all) => {
        "WHERE $1 IS NULL AND $2 IS NULL AND $3 IS NULL "
    };
}

/// The statements of one scope: live and all, a page and the count of each.
struct Statements {
    live_page: &'static str,
    live_count: &'static str,
    any_page: &'static str,
    any_count: &'static str,
}

macro_rules! statements {
    ($scope:ident) => {
        Statements {
            live_page: select_snapshot!(
                within!($scope),
                "AND ",
                live!("$6"),
                "ORDER BY s.created_at DESC, s.number DESC LIMIT $4 OFFSET $5"
            ),
            live_count: concat!("SELECT count(*)", from_sessions!(), within!($scope), "AND ", live!("$4")),
            any_page: select_snapshot!(within!($scope), "ORDER BY s.created_at DESC, s.number DESC LIMIT $4 OFFSET $5"),
            any_count: concat!("SELECT count(*)", from_sessions!(), within!($scope)),
        }
    };
}

const OF_USER: Statements = statements!(user);
const OF_TENANT: Statements = statements!(tenant);
const OF_PARTNER: Statements = statements!(partner);
const OF_ALL: Statements = statements!(all);

const fn statements(scope: &SessionScope) -> &'static Statements {
    match scope {
        SessionScope { user: Some(_), .. } => &OF_USER,
        SessionScope { tenant: Some(_), .. } => &OF_TENANT,
        SessionScope { partner: Some(_), .. } => &OF_PARTNER,
        SessionScope { user: None, tenant: None, partner: None } => &OF_ALL,
    }
}

/// A page and the total, from one snapshot of the database.
pub(crate) async fn page(conn: &mut dyn Connection, list: &ListScope, touches: &PendingTouches) -> Result<ScopePage, StoreError> {
    let statements = statements(&list.scope);
    let (page_sql, count_sql) =
        if list.active_only { (statements.live_page, statements.live_count) } else { (statements.any_page, statements.any_count) };
    let scope: [Param<'_>; 3] = [
        list.scope.user.map(|UserNumber(user)| user).into(),
        list.scope.tenant.map(|TenantNumber(tenant)| tenant).into(),
        list.scope.partner.map(|PartnerNumber(partner)| partner).into(),
    ];
    let now = list.active_only.then(|| Param::from(list.now.as_millis()));
    let counted: Vec<Param<'_>> = scope.into_iter().chain(now).collect();
    let total = query_one(conn, count_sql, &counted, |row| row.int(0)).await?.unwrap_or(0);
    let per_page = i64::from(list.page.per_page);
    let before = i64::try_from(list.page.page.saturating_sub(1)).unwrap_or(i64::MAX).saturating_mul(per_page);
    let paged: Vec<Param<'_>> = scope.into_iter().chain([Param::Int(per_page), Param::Int(before)]).chain(now).collect();
    let snapshots = if before < total { snapshot::many(conn, page_sql, &paged, touches).await? } else { Vec::new() };
    let sessions = detail::detailed(conn, snapshots).await?;
    Ok(ScopePage { sessions, total: u64::try_from(total).unwrap_or(0) })
}
