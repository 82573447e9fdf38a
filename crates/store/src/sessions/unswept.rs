//! A tenant's open rows by what they were born under and what opened them, and those of them that are dead and due: what expired
//! since the sweeper came by.

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::ids::{SessionNumber, TenantNumber};

use super::counts;
use super::live::{live, standing};
use super::snapshot::from_sessions;
use crate::driver::{Connection, DriverError, Row, query_all};
use crate::params;

/// What a session of a tenant was born under, as `session_counts` has it: the epochs of tenant, partner, application and server.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct BornUnder([i64; 6]);

impl BornUnder {
    /// Six columns from `first` on.
    pub(crate) fn read(row: &dyn Row, first: usize) -> Result<Self, DriverError> {
        let mut columns = [0; 6];
        for (column, into) in columns.iter_mut().enumerate() {
            *into = row.int(first + column)?;
        }
        Ok(Self(columns))
    }

    /// Tenant epoch; partner and epoch, application and epoch, 0 and -1 for none; server epoch.
    pub(crate) const fn columns(self) -> [i64; 6] {
        self.0
    }
}

/// Whether they stand, what they were born under, what opened them, how many are open, and the sum of when they were created.
pub(crate) const COUNTED: &str = concat!(
    "SELECT CASE WHEN ",
    standing!("c", " = 0"),
    "THEN 1 ELSE 0 END, c.tenant_epoch, c.partner_number, c.partner_epoch, c.application_number, c.application_epoch, c.server_epoch,
         c.device_type, c.application_family, c.open, c.born_seconds, c.born_millis
     FROM session_counts c
     JOIN server v ON v.only_row = 1
     LEFT JOIN tenants n ON n.number = c.tenant_number
     LEFT JOIN partners p ON p.number = c.partner_number
     LEFT JOIN applications a ON a.number = c.application_number
     WHERE c.tenant_number = $1 AND c.open > 0"
);

/// Of the tenant `$1`, due by the second `$2`, at the moment `$3`; the plus keeps the planner to the index by due time.
pub(crate) const DEAD: &str = concat!(
    "SELECT s.due, s.number, CASE WHEN ",
    standing!("s", " IS NULL"),
    "THEN 1 ELSE 0 END, coalesce(s.tenant_epoch, -1), coalesce(s.partner_number, 0), coalesce(s.partner_epoch, -1),
         coalesce(s.application_number, 0), coalesce(s.application_epoch, -1), s.server_epoch, coalesce(s.device_type, ''),
         coalesce(s.application_family, ''), s.created_at",
    from_sessions!(),
    "WHERE s.state = 0 AND s.due <= $2 AND s.due >= $4 AND (s.due > $4 OR s.number > $5) AND +s.tenant_number = $1 AND (",
    live!("$3"),
    ") IS NOT TRUE ORDER BY s.due, s.number LIMIT $6"
);

/// Rows that are read at a time.
const PORTION: i64 = 512;

/// Where a portion ends.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    due: i64,
    pub(crate) number: SessionNumber,
}

/// Before all of them.
pub(crate) const START: Place = Place { due: i64::MIN, number: SessionNumber(0) };

/// A row that is recorded as open, due, and dead.
pub(crate) struct Unswept {
    pub(crate) place: Place,
    pub(crate) stands: bool,
    pub(crate) born_under: BornUnder,
    /// As `session_counts` has it, and so the application's family.
    pub(crate) device: String,
    pub(crate) application: String,
    pub(crate) created_at: i64,
}

/// The next of them after a place, in the order of places; none when there are no more.
pub(crate) async fn portion(
    conn: &mut dyn Connection,
    tenant: TenantNumber,
    now: Timestamp,
    after: Place,
) -> Result<Vec<Unswept>, DriverError> {
    let params = params![tenant.0, counts::due_through(now), now.as_millis(), after.due, after.number.0, PORTION];
    query_all(conn, DEAD, params, |row| {
        Ok(Unswept {
            place: Place { due: row.int(0)?, number: SessionNumber(row.int(1)?) },
            stands: row.bool(2)?,
            born_under: BornUnder::read(row, 3)?,
            device: row.text(9)?.to_owned(),
            application: row.text(10)?.to_owned(),
            created_at: row.int(11)?,
        })
    })
    .await
}
