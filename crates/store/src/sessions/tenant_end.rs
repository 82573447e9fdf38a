//! Ends everything under a tenant by one row, and finds out what that ended.

use std::ops::ControlFlow;

use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{SessionUid, TenantNumber};
use cloakroom_engine::sessions::End;
use cloakroom_engine::sessions::scope::SessionScope;
use cloakroom_engine::sessions::store::{EndSessionsOfTenant, EndedWithTenant, MovedTenant, TenantEnd};
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::sessions::verdict::{Verdict, verdict};
use const_format::concatcp;

use super::counts;
use super::live::STANDING;
use super::snapshot::{self, FROM_SESSIONS, SELECT_SNAPSHOT, SnapshotRow};
use crate::driver::{Connection, DriverError, all, one, scan};
use crate::epochs::{EpochScope, move_epoch};
use crate::{audit, params};

pub(crate) async fn end(conn: &mut dyn Connection, end: &EndSessionsOfTenant, touches: &PendingTouches) -> Result<MovedTenant, StoreError> {
    let ending = match about_to_end(conn, end, touches).await {
        Ok(ending) => ending,
        // A tenant's sessions can be ended even if a row cannot be read or the clock is not trusted.
        Err(DriverError::Corrupt(_)) => None,
        Err(error) => return Err(error.into()),
    };
    let epoch = move_epoch(conn, EpochScope::Tenant(end.tenant), end.end).await?;
    audit::append(conn, &end.audit.clone().with("epoch", epoch.to_string())).await?;
    Ok(MovedTenant { moved: TenantEnd { tenant: end.tenant, born: epoch - 1, end: end.end }, ended: ending })
}

/// How many rows may be read one by one while an end waits: at most 20 ms of the writing thread.
const LOOKED_AT_MOST: i64 = 2048;

const DUE: &str = concatcp!(SELECT_SNAPSHOT, "WHERE s.state = 0 AND s.due <= $2 AND +s.tenant_number = $1 AND ", STANDING);
const NEWEST_OPEN: &str =
    concatcp!(SELECT_SNAPSHOT, "WHERE s.tenant_number = $1 AND s.state = 0 ORDER BY s.created_at DESC, s.number DESC");

/// The live sessions under the tenant, which the move of the epoch ends later in this transaction. `None` if finding them would take
/// long, because many rows have expired or ended and are not recorded yet; they are counted after the end.
async fn about_to_end(
    conn: &mut dyn Connection,
    end: &EndSessionsOfTenant,
    touches: &PendingTouches,
) -> Result<Option<EndedWithTenant>, DriverError> {
    let (tenant, due) = (end.tenant.0, counts::due_through(end.end.at));
    let sql = "SELECT count(*) FROM (SELECT 1 FROM sessions WHERE state = 0 AND due <= $1 LIMIT $2) AS due_sessions";
    let due_sessions = one::<i64>(conn, sql, params![due, LOOKED_AT_MOST + 1]).await?.unwrap_or(0);
    if due_sessions > LOOKED_AT_MOST {
        return Ok(None);
    }
    let mut expired = 0;
    for due in snapshot::many(conn, DUE, params![tenant, due], touches).await? {
        match verdict(&due, end.end.at) {
            Ok(Verdict::Live) => {}
            Ok(Verdict::Dead(_)) => expired += 1,
            Err(_) => return Ok(None),
        }
    }
    let scope = SessionScope { tenant: Some(end.tenant), ..SessionScope::default() };
    let count = u64::try_from(counts::standing(conn, &scope).await? - expired).unwrap_or(0);
    let named = usize::try_from(count).map_or(end.list, |count| count.min(end.list));
    let sessions = newest_live(conn, end.tenant, end.end, named, touches).await?;
    Ok(sessions.map(|sessions| EndedWithTenant { count, sessions }))
}

/// The newest live ones, up to a number; `None` if that would mean skipping too many dead rows.
async fn newest_live(
    conn: &mut dyn Connection,
    tenant: TenantNumber,
    end: End,
    named: usize,
    touches: &PendingTouches,
) -> Result<Option<Vec<SessionUid>>, DriverError> {
    let (mut live, mut passed) = (Vec::with_capacity(named), 0);
    if named == 0 {
        return Ok(Some(live));
    }
    let visit = |row: SnapshotRow| {
        let looked_at = row.load(touches);
        if verdict(looked_at.snapshot(), end.at) == Ok(Verdict::Live) {
            live.push(looked_at.snapshot().session.uid);
        } else {
            passed += 1;
        }
        Ok(if live.len() == named || passed > LOOKED_AT_MOST { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    };
    scan(conn, NEWEST_OPEN, params![tenant.0], visit).await?;
    Ok((live.len() == named).then_some(live))
}

/// Created under the epoch `$2` of the tenant `$1`, without a recorded end before the move at `$3`, which alone ended it. If a row was
/// stamped since, its recorded end is that of the move, so the result is the same.
const ENDED_BY_MOVE: &str = concatcp!(
    FROM_SESSIONS,
    "WHERE s.tenant_number = $1 AND s.tenant_epoch = $2
       AND ((s.state = 0
             AND t.expires_at > $3 AND s.absolute_expires_at > $3
             AND (u.status = 'verified' OR u.status_since > $3)
             AND (e.status IS NULL OR e.status = 'verified' OR e.status_since > $3)
             AND (n.status IN ('unverified', 'verified', 'parked') OR n.status_since >= $3)
             AND s.server_epoch = v.epoch
             AND (s.partner_number IS NULL OR s.partner_epoch = p.epoch)
             AND (s.application_number IS NULL OR s.application_epoch = a.epoch))
         OR (s.state <> 0 AND s.ended_tenant_epoch > $2 AND s.ended_at = $3 AND s.end_reason = $4)) "
);
const COUNT: &str = concatcp!("SELECT count(*)", ENDED_BY_MOVE);
const NEWEST: &str = concatcp!("SELECT s.uid", ENDED_BY_MOVE, "ORDER BY s.created_at DESC, s.number DESC LIMIT $5");

/// What the move of the epoch ended, from one snapshot of the database.
pub(crate) async fn ended(conn: &mut dyn Connection, end: TenantEnd, list: usize) -> Result<EndedWithTenant, StoreError> {
    let (tenant, born, at, reason) = (end.tenant.0, end.born, end.end.at.as_millis(), end.end.reason.as_str());
    let count = one::<i64>(conn, COUNT, params![tenant, born, at, reason]).await?.unwrap_or(0);
    let params = params![tenant, born, at, reason, i64::try_from(list).unwrap_or(i64::MAX)];
    Ok(EndedWithTenant { count: u64::try_from(count).unwrap_or(0), sessions: all(conn, NEWEST, params).await? })
}
