//! How many sessions a scope has, without a look at each: from `session_counts`, which a create adds to and triggers keep.
//!
//! What was born under the current epochs and is recorded as open lives, but for what expired and is not swept yet. An open row is
//! due no earlier than in the second in which its stored expiry ends, and touches only move that expiry later: so whatever has
//! expired is due, and only what is due (the sweeper leaves little of it) is looked at row by row, by the condition in `live.rs`.
//! User and email need no look beyond that: when they fall, the same transaction ends their sessions.

use std::collections::BTreeMap;

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::ids::{PartnerNumber, TenantNumber};
use cloakroom_engine::sessions::DeviceType;
use cloakroom_engine::sessions::scope::SessionScope;
use const_format::{concatcp, str_replace};

use super::live::{COUNTED_STANDING, LASTING, STANDING};
use super::snapshot::FROM_SESSIONS;
use crate::driver::{Connection, DriverError, Param, Record, all, one, record};

/// The statements of one scope, over `$1` tenant and `$2` partner.
struct Statements {
    /// By tenant: all that are recorded, those recorded as open, and those of them that stand.
    counted: &'static str,
    /// Of those open and standing, the dead: due by the second `$3`, at the moment `$4`.
    dead: &'static str,
    /// The numbers of these.
    dead_numbers: &'static str,
    /// Those open and standing by what opened them.
    devices: &'static str,
    /// The dead by what opened them.
    dead_devices: &'static str,
}

record! {
    /// How many sessions of one tenant there are.
    pub(crate) struct Counted {
        /// 0 for those of no tenant.
        pub(crate) tenant: i64 = "c.tenant_number",
        pub(crate) recorded: i64 = "CAST(sum(c.open + c.ended + c.archived) AS BIGINT)",
        pub(crate) open: i64 = "CAST(sum(c.open) AS BIGINT)",
        pub(crate) standing: i64 = concatcp!("CAST(sum(CASE WHEN ", COUNTED_STANDING, " THEN c.open ELSE 0 END) AS BIGINT)"),
    }
}

/// Of those counts that meet the condition, by what sessions were born under, whatever opened them, with what decides whether they
/// stand.
const COUNTED: &str = concatcp!(
    Counted::SELECT,
    " FROM (SELECT tenant_number, tenant_epoch, partner_number, partner_epoch, application_number, application_epoch,
              server_epoch, sum(open) AS open, sum(ended) AS ended, sum(archived) AS archived
          FROM session_counts WHERE {condition}
          GROUP BY tenant_number, tenant_epoch, partner_number, partner_epoch, application_number, application_epoch,
              server_epoch) c
     JOIN server v ON v.only_row = 1
     LEFT JOIN tenants n ON n.number = c.tenant_number
     LEFT JOIN partners p ON p.number = c.partner_number
     LEFT JOIN applications a ON a.number = c.application_number
     GROUP BY c.tenant_number"
);

record! {
    /// How many sessions something opened.
    struct OfDevice { sessions: i64, device: Option<DeviceType> = "device_type" }
}

/// Of those counts that meet the condition, what stands by what opened it.
const DEVICES: &str = concatcp!(
    OfDevice::SELECT,
    " FROM (SELECT CAST(sum(c.open) AS BIGINT) AS sessions, nullif(c.device_type, '') AS device_type FROM session_counts c
         JOIN server v ON v.only_row = 1
         LEFT JOIN tenants n ON n.number = c.tenant_number
         LEFT JOIN partners p ON p.number = c.partner_number
         LEFT JOIN applications a ON a.number = c.application_number
         WHERE c.open > 0 AND ",
    COUNTED_STANDING,
    " AND {condition} GROUP BY c.device_type) AS devices"
);

const DEAD_DEVICES: &str =
    concatcp!(OfDevice::SELECT, " FROM (SELECT count(*) AS sessions, s.device_type{dead} GROUP BY s.device_type) AS devices");

const DUE: &str = concatcp!(FROM_SESSIONS, "WHERE s.state = 0 AND s.due <= $3");
const DEAD: &str = concatcp!(" AND ", STANDING, " AND (", str_replace!(LASTING, "{now}", "$4"), ") IS NOT TRUE");

const OF_PARTNER: &str = "$1 IS NULL AND tenant_number IN (SELECT o.number FROM tenants o WHERE o.partner_number = $2)";
const OF_TENANT: &str =
    "tenant_number = $1 AND ($2 IS NULL OR tenant_number IN (SELECT o.number FROM tenants o WHERE o.partner_number = $2))";
const OF_ALL: &str = "$1 IS NULL AND $2 IS NULL";

/// The pluses keep the planner to the index by due time, whatever else there is.
const DEAD_OF_TENANT: &str = concatcp!(DUE, " AND +s.tenant_number = $1 AND ($2 IS NULL OR +n.partner_number = $2)", DEAD);
const DEAD_OF_PARTNER: &str = concatcp!(DUE, " AND ", str_replace!(OF_PARTNER, "tenant_number IN", "+s.tenant_number IN"), DEAD);
const DEAD_OF_ALL: &str = concatcp!(DUE, " AND ", OF_ALL, DEAD);

const TENANT: Statements = Statements {
    counted: str_replace!(COUNTED, "{condition}", OF_TENANT),
    dead: concatcp!("SELECT count(*)", DEAD_OF_TENANT),
    dead_numbers: concatcp!("SELECT s.number", DEAD_OF_TENANT),
    devices: str_replace!(DEVICES, "{condition}", str_replace!(OF_TENANT, "tenant_number", "c.tenant_number")),
    dead_devices: str_replace!(DEAD_DEVICES, "{dead}", DEAD_OF_TENANT),
};
const PARTNER: Statements = Statements {
    counted: str_replace!(COUNTED, "{condition}", OF_PARTNER),
    dead: concatcp!("SELECT count(*)", DEAD_OF_PARTNER),
    dead_numbers: concatcp!("SELECT s.number", DEAD_OF_PARTNER),
    devices: str_replace!(DEVICES, "{condition}", str_replace!(OF_PARTNER, "tenant_number", "c.tenant_number")),
    dead_devices: str_replace!(DEAD_DEVICES, "{dead}", DEAD_OF_PARTNER),
};
const ALL: Statements = Statements {
    counted: str_replace!(COUNTED, "{condition}", OF_ALL),
    dead: concatcp!("SELECT count(*)", DEAD_OF_ALL),
    dead_numbers: concatcp!("SELECT s.number", DEAD_OF_ALL),
    devices: str_replace!(DEVICES, "{condition}", str_replace!(OF_ALL, "tenant_number", "c.tenant_number")),
    dead_devices: str_replace!(DEAD_DEVICES, "{dead}", DEAD_OF_ALL),
};

const fn statements(scope: &SessionScope) -> &'static Statements {
    match scope {
        SessionScope { tenant: Some(_), .. } => &TENANT,
        SessionScope { partner: Some(_), .. } => &PARTNER,
        SessionScope { tenant: None, partner: None, .. } => &ALL,
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
    let dead = one::<i64>(conn, statements(scope).dead, &due(scope, now)).await?.unwrap_or(0);
    Ok(standing - dead)
}

/// What lives at `now` of a scope without a user, by what opened it.
pub(crate) async fn live_by_device(
    conn: &mut dyn Connection,
    scope: &SessionScope,
    now: Timestamp,
) -> Result<BTreeMap<DeviceType, u64>, DriverError> {
    let mut devices: BTreeMap<DeviceType, i64> = BTreeMap::new();
    for OfDevice { sessions, device } in all(conn, statements(scope).devices, &within(scope)).await? {
        *devices.entry(device.unwrap_or(DeviceType::Unknown)).or_default() += sessions;
    }
    for OfDevice { sessions, device } in all(conn, statements(scope).dead_devices, &due(scope, now)).await? {
        *devices.entry(device.unwrap_or(DeviceType::Unknown)).or_default() -= sessions;
    }
    let living =
        devices.into_iter().filter_map(|(device, sessions)| Some((device, u64::try_from(sessions).ok().filter(|left| *left > 0)?)));
    Ok(living.collect())
}

/// How many sessions of a scope without a user are recorded as open and were born under what stands: those that live, and those
/// that expired and are not swept.
pub(crate) async fn standing(conn: &mut dyn Connection, scope: &SessionScope) -> Result<i64, DriverError> {
    Ok(by_tenant(conn, scope).await?.iter().map(|counted| counted.standing).sum())
}

/// The numbers of those sessions of a scope without a user that stand and are dead at `now`: expired and not swept.
pub(crate) async fn dead_numbers(conn: &mut dyn Connection, scope: &SessionScope, now: Timestamp) -> Result<Vec<i64>, DriverError> {
    all(conn, statements(scope).dead_numbers, &due(scope, now)).await
}

/// The counts of each tenant of a scope without a user.
pub(crate) async fn by_tenant(conn: &mut dyn Connection, scope: &SessionScope) -> Result<Vec<Counted>, DriverError> {
    all(conn, statements(scope).counted, &within(scope)).await
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
pub(crate) fn looking_at_rows() -> Vec<&'static str> {
    let of_scope = |scope: &Statements| [scope.dead, scope.dead_numbers, scope.dead_devices];
    [TENANT, PARTNER, ALL].iter().flat_map(of_scope).collect()
}
