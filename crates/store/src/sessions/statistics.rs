//! Counts the sessions of a tenant without reading each of them.
//!
//! `session_counts` counts open sessions by the epochs that they were created under and by what opened them. Only those that are due can
//! have expired, and are judged row by row (`unswept.rs`), in bounded portions. All others that were created under the same epochs share their
//! fate, so one of them is judged. Recorded ends are summed from an index.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use cloakroom_engine::clock::{Span, Timestamp};
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::TenantNumber;
use cloakroom_engine::sessions::scope::SessionScope;
use cloakroom_engine::sessions::statistics::{MOST_APPLICATIONS, OTHER_APPLICATIONS, RECENT, SessionStatistics};
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::sessions::verdict::{Verdict, verdict};
use cloakroom_engine::sessions::{DeviceType, End, EndReason};
use const_format::concatcp;

use super::snapshot::{self, ARCHIVED, ENDED, OPEN, SELECT_SNAPSHOT};
use super::unswept::{self, BornUnder, Counted};
use super::{counts, live_users};
use crate::driver::{Connection, DriverError, Param, Record, all, one, record};
use crate::{doubtful, params};

/// Statistics that are being gathered.
struct Gathering {
    now: Timestamp,
    counted: SessionStatistics,
    /// Open sessions whose epochs are current, by what opened them.
    living: BTreeMap<(DeviceType, String), i64>,
    /// Open sessions whose epochs have moved: their number, and the sum of their creation times.
    fallen: BTreeMap<BornUnder, (i64, i128)>,
    /// The sum of the durations of all ended sessions, in milliseconds.
    lived: i128,
}

impl Gathering {
    fn ended(&mut self, reason: EndReason, sessions: i64) {
        *self.counted.by_end_reason.entry(reason).or_default() += whole(sessions);
    }

    /// Counts sessions as ended that died of a cause which is not recorded yet.
    fn died(&mut self, end: End, sessions: i64, born: i128) {
        let at = end.at.min(self.now);
        self.ended(end.reason, sessions);
        self.lived += i128::from(sessions) * i128::from(at.as_millis()) - born;
        if at > self.now.minus(RECENT) {
            self.counted.ended_recently += whole(sessions);
        }
    }
}

fn whole(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

pub(crate) async fn of_tenant(
    conn: &mut dyn Connection,
    tenant: TenantNumber,
    now: Timestamp,
    touches: &PendingTouches,
) -> Result<SessionStatistics, StoreError> {
    let scope = SessionScope { tenant: Some(tenant), ..SessionScope::default() };
    let (mut recorded, mut open_rows) = (0, 0);
    for counted in counts::by_tenant(conn, &scope).await? {
        (recorded, open_rows) = (recorded + counted.recorded, open_rows + counted.open);
    }
    let counted = SessionStatistics {
        total: whole(recorded),
        active_users: live_users::within(conn, &scope, now).await?.len() as u64,
        created_recently: created_since(conn, tenant, open_rows, now.minus(RECENT)).await?,
        ..SessionStatistics::default()
    };
    let mut gathering = Gathering { now, counted, living: BTreeMap::new(), fallen: BTreeMap::new(), lived: 0 };
    open(conn, tenant, &mut gathering).await?;
    recorded_ends(conn, tenant, &mut gathering).await?;
    unswept_ends(conn, tenant, touches, &mut gathering).await?;
    fallen_ends(conn, tenant, touches, &mut gathering).await?;
    Ok(finished(gathering))
}

/// Sessions in one recorded state, counted in an index.
const CREATED: &str = "SELECT count(*) FROM sessions WHERE tenant_number = $1 AND state = $2 AND created_at > $3";
/// Open sessions that are older, up to a number.
const OLDER: &str = "SELECT count(*)
    FROM (SELECT 1 FROM sessions WHERE tenant_number = $1 AND state = $2 AND created_at <= $3 LIMIT $4) AS older_sessions";

/// Counts the smaller side: either few open sessions are older than the time, or few are newer.
async fn created_since(conn: &mut dyn Connection, tenant: TenantNumber, open: i64, since: Timestamp) -> Result<u64, DriverError> {
    let (since, half) = (since.as_millis(), open / 2 + 1);
    let older = one::<i64>(conn, OLDER, params![tenant.0, OPEN, since, half]).await?.unwrap_or(0);
    let mut created = if older < half { open - older } else { 0 };
    let counted_one_by_one: &[i64] = if older < half { &[ENDED, ARCHIVED] } else { &[OPEN, ENDED, ARCHIVED] };
    for state in counted_one_by_one {
        created += one::<i64>(conn, CREATED, params![tenant.0, *state, since]).await?.unwrap_or(0);
    }
    Ok(whole(created))
}

async fn open(conn: &mut dyn Connection, tenant: TenantNumber, gathering: &mut Gathering) -> Result<(), DriverError> {
    for Counted { born_under, stands, device, application, open, born_seconds, born_millis } in unswept::counted(conn, tenant).await? {
        if stands {
            *gathering.living.entry((device.unwrap_or(DeviceType::Unknown), application)).or_default() += open;
        } else {
            let (sessions, sum) = gathering.fallen.entry(born_under).or_default();
            (*sessions, *sum) = (*sessions + open, *sum + i128::from(born_seconds) * 1000 + i128::from(born_millis));
        }
    }
    Ok(())
}

record! {
    struct Ends {
        reason: EndReason = "end_reason",
        sessions: i64 = "count(*)",
        lived: i64 = "CAST(sum(ended_at - created_at) AS BIGINT)",
        recent: i64 = "sum(CASE WHEN ended_at > $2 THEN 1 ELSE 0 END)",
    }
}

/// Ordered as in an index that covers the query.
const ENDS: &str = concatcp!(Ends::SELECT, " FROM sessions WHERE tenant_number = $1 AND state <> 0 GROUP BY end_reason");

async fn recorded_ends(conn: &mut dyn Connection, tenant: TenantNumber, gathering: &mut Gathering) -> Result<(), StoreError> {
    let since = gathering.now.minus(RECENT).as_millis();
    for Ends { reason, sessions, lived, recent } in all(conn, ENDS, params![tenant.0, since]).await? {
        gathering.ended(reason, sessions);
        gathering.lived += i128::from(lived);
        gathering.counted.ended_recently += whole(recent);
    }
    Ok(())
}

/// Moves due sessions that are dead from the open to the ended ones, each with its cause.
async fn unswept_ends(
    conn: &mut dyn Connection,
    tenant: TenantNumber,
    touches: &PendingTouches,
    gathering: &mut Gathering,
) -> Result<(), StoreError> {
    let mut after = unswept::START;
    loop {
        let portion = unswept::portion(conn, tenant, gathering.now, after).await?;
        let Some(last) = portion.last() else { return Ok(()) };
        after = (last.due, last.number);
        for row in portion {
            let born = i128::from(row.created_at);
            if row.stands {
                *gathering.living.entry((row.device.unwrap_or(DeviceType::Unknown), row.application)).or_default() -= 1;
            } else {
                let (sessions, sum) = gathering.fallen.entry(row.born_under).or_default();
                (*sessions, *sum) = (*sessions - 1, *sum - born);
            }
            let Some(found) = snapshot::by_number(conn, row.number, touches).await? else { continue };
            if let Verdict::Dead(end) = verdict(&found, gathering.now).map_err(doubtful)? {
                gathering.died(end, 1, born);
            }
        }
    }
}

/// One session born under these epochs that is not due, so that only the epochs can have ended it.
const FALLEN: &str = concatcp!(
    SELECT_SNAPSHOT,
    "WHERE s.tenant_number = $1 AND s.state = 0 AND +s.due > $2 AND s.tenant_epoch = $3
       AND coalesce(s.partner_number, 0) = $4 AND coalesce(s.partner_epoch, -1) = $5 AND coalesce(s.application_number, 0) = $6
       AND coalesce(s.application_epoch, -1) = $7 AND s.server_epoch = $8
     ORDER BY s.created_at, s.number LIMIT 1"
);

async fn fallen_ends(
    conn: &mut dyn Connection,
    tenant: TenantNumber,
    touches: &PendingTouches,
    gathering: &mut Gathering,
) -> Result<(), StoreError> {
    let due = counts::due_through(gathering.now);
    for (born_under, (sessions, born)) in std::mem::take(&mut gathering.fallen) {
        if sessions <= 0 {
            continue;
        }
        let of = [tenant.0, due].into_iter().chain(born_under.columns()).map(Param::Int).collect::<Vec<_>>();
        for one in snapshot::many(conn, FALLEN, &of, touches).await? {
            if let Verdict::Dead(end) = verdict(&one, gathering.now).map_err(doubtful)? {
                gathering.died(end, sessions, born);
            }
        }
    }
    Ok(())
}

/// The other applications together are the rest of the active sessions.
fn finished(gathering: Gathering) -> SessionStatistics {
    let Gathering { mut counted, living, lived, .. } = gathering;
    let mut families: BTreeMap<String, u64> = BTreeMap::new();
    for ((device, family), sessions) in living.into_iter().filter(|(_, sessions)| *sessions > 0) {
        counted.active += whole(sessions);
        *counted.by_device.entry(device).or_default() += whole(sessions);
        *families.entry(family).or_default() += whole(sessions);
    }
    let mut rest = families.remove("").unwrap_or(0);
    let mut families: Vec<(String, u64)> = families.into_iter().collect();
    families.sort_by_key(|(_, sessions)| Reverse(*sessions));
    let most = families.len().min(usize::try_from(MOST_APPLICATIONS).unwrap_or(usize::MAX));
    rest += families.drain(most..).map(|(_, sessions)| sessions).sum::<u64>();
    counted.by_application = families.into_iter().collect();
    if rest > 0 {
        *counted.by_application.entry(OTHER_APPLICATIONS.to_owned()).or_default() += rest;
    }
    counted.ended_duration = Span::from_millis(i64::try_from(lived).unwrap_or(i64::MAX));
    counted
}

/// The statements that read rows, for a test of their query plans.
#[cfg(test)]
pub(crate) const fn statements() -> [&'static str; 5] {
    [CREATED, OLDER, ENDS, unswept::DEAD, FALLEN]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_applications_stand_apart_and_the_rest_together() {
        let mut living = BTreeMap::from([((DeviceType::Unknown, String::new()), 3), ((DeviceType::Api, "gone".to_owned()), 0)]);
        for application in 0..=MOST_APPLICATIONS {
            living.insert((DeviceType::Api, format!("app{application:03}")), 5);
            living.insert((DeviceType::Bot, format!("app{application:03}")), 1 + application % 2);
        }
        let gathering =
            Gathering { now: Timestamp::from_millis(0), counted: SessionStatistics::default(), living, fallen: BTreeMap::new(), lived: 0 };
        let counted = finished(gathering);
        // Of 51 applications with six sessions each, the last by name falls under the others.
        assert_eq!(counted.by_application.len(), 101);
        assert_eq!(counted.by_application["app001"], 7);
        assert_eq!(counted.by_application["app098"], 6);
        assert_eq!(counted.by_application.get("app100"), None);
        assert_eq!(counted.by_application[OTHER_APPLICATIONS], 3 + 6);
        assert_eq!(counted.active, 3 + 51 * 6 + 50 * 7);
        assert_eq!(counted.by_device.values().sum::<u64>(), counted.active);
        assert_eq!(counted.by_device.get(&DeviceType::Unknown), Some(&3));
    }
}
