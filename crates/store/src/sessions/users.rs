//! Users who have live sessions within a scope, by username, in numbered pages with exact totals.
//!
//! Going through everybody's sessions with the condition of `live.rs` would read all that each stands on. It is asked of few:
//! an open row is due no earlier than in the second in which its stored expiry ends, touches only move that expiry later, and what
//! takes a user or an email out of service ends the sessions in the same transaction. So an open row that is not due lives, unless
//! the epoch of its tenant was moved (until what that ended is stamped) or something above all tenants was.

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::ids::{PartnerNumber, TenantNumber, UserNumber, UserUid};
use cloakroom_engine::sessions::admin::scope::SessionScope;
use cloakroom_engine::sessions::operators::users::{ListUsers, PageOfUsers, UserWithSessions};
use cloakroom_engine::store::StoreError;

use super::counts;
use super::live::live;
use super::snapshot::{bytes, from_sessions};
use crate::driver::{Connection, DriverError, Param, query_all, query_one};
use crate::params;

/// Over `$1` tenant, `$2` partner, `$3` the second through which rows are due, `$4` now; a page also `$5` limit, `$6` offset.
struct Statements {
    count: &'static str,
    page: &'static str,
}

macro_rules! statements {
    ($($condition:expr),+ $(,)?) => {
        Statements {
            count: concat!("SELECT count(*) FROM users w WHERE ", $($condition),+),
            page: concat!(
                "SELECT w.number, w.uid, w.username, w.is_operator FROM users w WHERE ",
                $($condition),+,
                " ORDER BY w.username LIMIT $5 OFFSET $6"
            ),
        }
    };
}

/// Tenants whose epoch was moved and whose sessions are not stamped yet.
macro_rules! moved {
    () => {
        "(SELECT m.scope_number FROM epoch_moves m WHERE m.is_stamped = 0 AND m.scope = 2)"
    };
}

/// Everybody with an open row, but for those who have nothing live beside a row that may be dead. Two indexes answer for all others.
const OF_ALL: Statements = statements!(
    "$1 IS NULL AND $2 IS NULL
     AND EXISTS (SELECT 1 FROM sessions o WHERE o.user_number = w.number AND o.state = 0)
     AND w.number NOT IN (SELECT d.user_number FROM (
             SELECT x.user_number FROM sessions x WHERE x.state = 0 AND x.due <= $3
             UNION SELECT y.user_number FROM sessions y WHERE y.state = 0 AND y.tenant_number IN ",
    moved!(),
    ") d WHERE NOT EXISTS (SELECT 1",
    from_sessions!(),
    "WHERE s.user_number = d.user_number AND ",
    live!("$4"),
    "))"
);

/// Whoever has a row of the scope that is open and cannot be dead, or that may be and lives. As much work as the scope has open rows.
/// A plus keeps the planner to the index by the other column.
macro_rules! of_scope {
    ($before:literal, $after:literal) => {
        statements!(
            "w.number IN (SELECT s.user_number FROM sessions s WHERE ",
            concat!($before, "s.tenant_number ", $after),
            " AND s.state = 0 AND +s.due > $3 AND +s.tenant_number NOT IN ",
            moved!(),
            " UNION SELECT s.user_number",
            from_sessions!(),
            "WHERE ",
            concat!($before, "+s.tenant_number ", $after),
            " AND s.due <= $3 AND ",
            live!("$4"),
            " UNION SELECT s.user_number",
            from_sessions!(),
            "WHERE ",
            concat!($before, "s.tenant_number ", $after),
            " AND s.tenant_number IN ",
            moved!(),
            " AND ",
            live!("$4"),
            ")"
        )
    };
}

const OF_TENANT: Statements = of_scope!("$2 IS NULL AND ", "= $1");
const OF_PARTNER: Statements = of_scope!("$1 IS NULL AND ", "IN (SELECT k.number FROM tenants k WHERE k.partner_number = $2)");

const fn statements(scope: &SessionScope) -> &'static Statements {
    match scope {
        SessionScope { tenant: Some(_), .. } => &OF_TENANT,
        SessionScope { partner: Some(_), .. } => &OF_PARTNER,
        SessionScope { tenant: None, partner: None, .. } => &OF_ALL,
    }
}

/// The tenant and the partner of a scope.
pub(crate) fn within(scope: &SessionScope) -> [Param<'static>; 2] {
    [scope.tenant.map(|TenantNumber(tenant)| tenant).into(), scope.partner.map(|PartnerNumber(partner)| partner).into()]
}

/// A page and the total, from one snapshot of the database.
pub(crate) async fn page(conn: &mut dyn Connection, list: &ListUsers) -> Result<PageOfUsers, StoreError> {
    let statements = statements(&list.scope);
    let [tenant, partner] = within(&list.scope);
    let counted = [tenant, partner, Param::Int(due_through(conn, list.now).await?), Param::Int(list.now.as_millis())];
    let total = query_one(conn, statements.count, &counted, |row| row.int(0)).await?.unwrap_or(0);
    let before = i64::try_from(list.page.before()).unwrap_or(i64::MAX);
    let mut page = PageOfUsers { users: Vec::new(), total: u64::try_from(total).unwrap_or(0) };
    if before >= total {
        return Ok(page);
    }
    let paged: Vec<Param<'_>> = counted.into_iter().chain([Param::from(list.page.per_page), Param::Int(before)]).collect();
    let read = |row: &dyn crate::driver::Row| {
        let uid = UserUid::from_bytes(bytes(row.blob(1)?)?);
        let user = UserWithSessions { uid, username: row.text(2)?.to_owned(), is_operator: row.bool(3)?, live: 0 };
        Ok((UserNumber(row.int(0)?), user))
    };
    for (number, mut user) in query_all(conn, statements.page, &paged, read).await? {
        user.live = live_of(conn, number, list).await?;
        page.users.push(user);
    }
    Ok(page)
}

/// The second through which an open row may be dead. All may be when something wider than a tenant was moved and is not stamped.
async fn due_through(conn: &mut dyn Connection, now: Timestamp) -> Result<i64, DriverError> {
    let sql = "SELECT count(*) FROM epoch_moves WHERE is_stamped = 0 AND scope <> 2";
    let unstamped = query_one(conn, sql, params![], |row| row.int(0)).await?.unwrap_or(0);
    Ok(if unstamped > 0 { i64::MAX } else { counts::due_through(now) })
}

/// How many sessions of a user live within the scope.
async fn live_of(conn: &mut dyn Connection, user: UserNumber, list: &ListUsers) -> Result<u64, DriverError> {
    let sql = concat!(
        "SELECT count(*)",
        from_sessions!(),
        "WHERE s.user_number = $1 AND ($2 IS NULL OR s.tenant_number = $2) AND ($3 IS NULL OR n.partner_number = $3) AND ",
        live!("$4")
    );
    let [tenant, partner] = within(&list.scope);
    let counted = [user.0.into(), tenant, partner, Param::Int(list.now.as_millis())];
    let count = query_one(conn, sql, &counted, |row| row.int(0)).await?.unwrap_or(0);
    Ok(u64::try_from(count).unwrap_or(0))
}
