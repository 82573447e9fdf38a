//! How many sessions a scope has, without a look at each: from `session_counts`, which a create adds to and triggers keep.
//!
//! What was born under the current epochs and is recorded as open lives, but for what expired and is not swept yet. An open row is
//! due no earlier than in the second in which its stored expiry ends, and touches only move that expiry later: so whatever has
//! expired is due, and only what is due (the sweeper leaves little of it) is looked at row by row, by the condition in `live.rs`.
//! User and email need no look beyond that: when they fall, the same transaction ends their sessions.

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::ids::{PartnerNumber, TenantNumber};
use cloakroom_engine::sessions::scope::SessionScope;

use super::live::{lasting, standing};
use super::snapshot::from_sessions;
use crate::driver::{Connection, DriverError, Param, Row, query_all, query_one};

/// Counts by what sessions were born under, whatever opened them, with what decides whether they stand.
macro_rules! from_counts {
    ($counts:literal) => {
        concat!(
            " FROM (SELECT tenant_number, tenant_epoch, partner_number, partner_epoch, application_number, application_epoch,
                      server_epoch, sum(open) AS open, sum(ended) AS ended, sum(archived) AS archived
                  FROM session_counts WHERE ",
            $counts,
            " GROUP BY tenant_number, tenant_epoch, partner_number, partner_epoch, application_number, application_epoch,
                      server_epoch) c
             JOIN server v ON v.only_row = 1
             LEFT JOIN tenants n ON n.number = c.tenant_number
             LEFT JOIN partners p ON p.number = c.partner_number
             LEFT JOIN applications a ON a.number = c.application_number "
        )
    };
}

/// The statements of one scope, over `$1` tenant and `$2` partner.
struct Statements {
    /// By tenant: all that are recorded, those recorded as open, and those of them that stand.
    counted: &'static str,
    /// Of those open and standing, the dead: due by the second `$3`, at the moment `$4`.
    dead: &'static str,
    /// The numbers of these.
    dead_numbers: &'static str,
}

/// The plus keeps the planner to the index by due time, whatever else there is.
macro_rules! dead {
    ($sessions:literal) => {
        concat!(
            from_sessions!(),
            "WHERE s.state = 0 AND s.due <= $3 AND ",
            $sessions,
            " AND ",
            standing!("s", " IS NULL"),
            "AND (",
            lasting!("$4"),
            ") IS NOT TRUE"
        )
    };
}

macro_rules! statements {
    ($counts:literal, $sessions:literal) => {
        Statements {
            counted: concat!(
                "SELECT c.tenant_number, CAST(sum(c.open + c.ended + c.archived) AS BIGINT), CAST(sum(c.open) AS BIGINT), CAST(sum(CASE WHEN ",
                standing!("c", " = 0"),
                "THEN c.open ELSE 0 END) AS BIGINT)",
                from_counts!($counts),
                "GROUP BY c.tenant_number"
            ),
            dead: concat!("SELECT count(*)", dead!($sessions)),
            dead_numbers: concat!("SELECT s.number", dead!($sessions)),
        }
    };
}

const OF_TENANT: Statements = statements!(
    "tenant_number = $1 AND ($2 IS NULL OR tenant_number IN (SELECT o.number FROM tenants o WHERE o.partner_number = $2))",
    "+s.tenant_number = $1 AND ($2 IS NULL OR +n.partner_number = $2)"
);
const OF_PARTNER: Statements = statements!(
    "$1 IS NULL AND tenant_number IN (SELECT o.number FROM tenants o WHERE o.partner_number = $2)",
    "$1 IS NULL AND +s.tenant_number IN (SELECT o.number FROM tenants o WHERE o.partner_number = $2)"
);
const OF_ALL: Statements = statements!("$1 IS NULL AND $2 IS NULL", "$1 IS NULL AND $2 IS NULL");

const fn statements(scope: &SessionScope) -> &'static Statements {
    match scope {
        SessionScope { tenant: Some(_), .. } => &OF_TENANT,
        SessionScope { partner: Some(_), .. } => &OF_PARTNER,
        SessionScope { tenant: None, partner: None, .. } => &OF_ALL,
    }
}

/// The last second that may hold sessions which have expired at `now`: expiries are rounded up to the second in which they are due.
pub(crate) const fn due_through(now: Timestamp) -> i64 {
    now.as_millis().saturating_add(999).div_euclid(1000)
}

/// How many sessions a scope without a user has: those that live at `now`, or all that are recorded.
pub(crate) async fn total(conn: &mut dyn Connection, scope: &SessionScope, live_at: Option<Timestamp>) -> Result<i64, DriverError> {
    let Some(now) = live_at else { return Ok(by_tenant(conn, scope).await?.iter().map(|counted| counted.recorded).sum()) };
    let standing = standing(conn, scope).await?;
    let dead = query_one(conn, statements(scope).dead, &due(scope, now), |row| row.int(0)).await?.unwrap_or(0);
    Ok(standing - dead)
}

/// How many sessions of a scope without a user are recorded as open and were born under what stands: those that live, and those
/// that expired and are not swept.
pub(crate) async fn standing(conn: &mut dyn Connection, scope: &SessionScope) -> Result<i64, DriverError> {
    Ok(by_tenant(conn, scope).await?.iter().map(|counted| counted.standing).sum())
}

/// The numbers of those sessions of a scope without a user that stand and are dead at `now`: expired and not swept.
pub(crate) async fn dead_numbers(conn: &mut dyn Connection, scope: &SessionScope, now: Timestamp) -> Result<Vec<i64>, DriverError> {
    query_all(conn, statements(scope).dead_numbers, &due(scope, now), |row| row.int(0)).await
}

/// How many sessions of one tenant there are.
pub(crate) struct Counted {
    /// 0 for those of no tenant.
    pub(crate) tenant: i64,
    pub(crate) recorded: i64,
    pub(crate) open: i64,
    pub(crate) standing: i64,
}

/// The counts of each tenant of a scope without a user.
pub(crate) async fn by_tenant(conn: &mut dyn Connection, scope: &SessionScope) -> Result<Vec<Counted>, DriverError> {
    let read = |row: &dyn Row| Ok(Counted { tenant: row.int(0)?, recorded: row.int(1)?, open: row.int(2)?, standing: row.int(3)? });
    query_all(conn, statements(scope).counted, &within(scope), read).await
}

/// The tenant and the partner of a scope.
pub(crate) fn within(scope: &SessionScope) -> [Param<'static>; 2] {
    [scope.tenant.map(|TenantNumber(tenant)| tenant).into(), scope.partner.map(|PartnerNumber(partner)| partner).into()]
}

fn due(scope: &SessionScope, now: Timestamp) -> [Param<'static>; 4] {
    let [tenant, partner] = within(scope);
    [tenant, partner, Param::Int(due_through(now)), Param::Int(now.as_millis())]
}

/// The statements that look at rows, for a test of how.
#[cfg(test)]
pub(crate) fn looking_at_rows() -> [&'static str; 6] {
    [OF_TENANT.dead, OF_PARTNER.dead, OF_ALL.dead, OF_TENANT.dead_numbers, OF_PARTNER.dead_numbers, OF_ALL.dead_numbers]
}
