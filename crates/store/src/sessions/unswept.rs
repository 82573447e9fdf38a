//! A tenant's open rows by what they were born under and what opened them, and those of them that are dead and due: what expired
//! since the sweeper came by.

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::ids::{SessionNumber, TenantNumber};
use cloakroom_engine::sessions::DeviceType;
use const_format::{concatcp, str_replace};

use super::counts;
use super::live::{COUNTED_STANDING, LIVE, STANDING};
use super::snapshot::FROM_SESSIONS;
use crate::driver::{Connection, DriverError, Record, all, record};
use crate::params;

record! {
    /// What a session of a tenant was born under, as `session_counts` has it: 0 and -1 stand for none.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub(crate) struct BornUnder {
        tenant_epoch: i64,
        partner_number: i64,
        partner_epoch: i64,
        application_number: i64,
        application_epoch: i64,
        server_epoch: i64,
    }
}

impl BornUnder {
    pub(crate) const fn columns(self) -> [i64; 6] {
        let Self { tenant_epoch, partner_number, partner_epoch, application_number, application_epoch, server_epoch } = self;
        [tenant_epoch, partner_number, partner_epoch, application_number, application_epoch, server_epoch]
    }
}

record! {
    /// A tenant's open rows by what they were born under and what opened them.
    pub(crate) struct Counted as c {
        pub(crate) stands: bool = concatcp!("CASE WHEN ", COUNTED_STANDING, " THEN 1 ELSE 0 END"),
        pub(crate) born_under: BornUnder =
            "c.tenant_epoch, c.partner_number, c.partner_epoch, c.application_number, c.application_epoch, c.server_epoch",
        /// None where nothing is known of it.
        pub(crate) device: Option<DeviceType> = "nullif(c.device_type, '')",
        pub(crate) application: String = "c.application_family",
        pub(crate) open: i64,
        /// The sum of when they were created, in two parts.
        pub(crate) born_seconds: i64,
        pub(crate) born_millis: i64,
    }
}

const COUNTED: &str = concatcp!(
    Counted::SELECT,
    " FROM session_counts c
     JOIN server v ON v.only_row = 1
     LEFT JOIN tenants n ON n.number = c.tenant_number
     LEFT JOIN partners p ON p.number = c.partner_number
     LEFT JOIN applications a ON a.number = c.application_number
     WHERE c.tenant_number = $1 AND c.open > 0"
);

pub(crate) async fn counted(conn: &mut dyn Connection, tenant: TenantNumber) -> Result<Vec<Counted>, DriverError> {
    all(conn, COUNTED, params![tenant.0]).await
}

record! {
    /// A row that is recorded as open, due, and dead.
    pub(crate) struct Unswept as s {
        pub(crate) number: SessionNumber,
        pub(crate) due: i64,
        pub(crate) stands: bool = concatcp!("CASE WHEN ", STANDING, " THEN 1 ELSE 0 END"),
        pub(crate) born_under: BornUnder = "coalesce(s.tenant_epoch, -1), coalesce(s.partner_number, 0), coalesce(s.partner_epoch, -1),
            coalesce(s.application_number, 0), coalesce(s.application_epoch, -1), s.server_epoch",
        pub(crate) device: Option<DeviceType> = "s.device_type",
        /// As `session_counts` has it.
        pub(crate) application: String = "coalesce(s.application_family, '')",
        pub(crate) created_at: i64,
    }
}

/// Of the tenant `$1`, due by the second `$2`, at the moment `$3`; the plus keeps the planner to the index by due time.
pub(crate) const DEAD: &str = concatcp!(
    Unswept::SELECT,
    FROM_SESSIONS,
    "WHERE s.state = 0 AND s.due <= $2 AND s.due >= $4 AND (s.due > $4 OR s.number > $5) AND +s.tenant_number = $1 AND (",
    str_replace!(LIVE, "{now}", "$3"),
    ") IS NOT TRUE ORDER BY s.due, s.number LIMIT $6"
);

/// Rows that are read at a time.
const PORTION: i64 = 512;

/// Where a portion ends: when its last row is due, and its number.
type Place = (i64, SessionNumber);

/// Before all of them.
pub(crate) const START: Place = (i64::MIN, SessionNumber(0));

/// The next of them after a place, in the order of places; none when there are no more.
pub(crate) async fn portion(
    conn: &mut dyn Connection,
    tenant: TenantNumber,
    now: Timestamp,
    (due, number): Place,
) -> Result<Vec<Unswept>, DriverError> {
    let params = params![tenant.0, counts::due_through(now), now.as_millis(), due, number.0, PORTION];
    all(conn, DEAD, params).await
}
