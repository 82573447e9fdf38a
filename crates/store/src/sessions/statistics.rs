//! Counting the sessions of a tenant.
//!
//! What is recorded is summed by the database; what lives, by the condition that pages use, so that the two agree. What is dead
//! and not recorded yet is judged row by row, in bounded portions: only the verdict knows when and of what it died.

use cloakroom_engine::clock::{Span, Timestamp};
use cloakroom_engine::ids::TenantNumber;
use cloakroom_engine::sessions::EndReason;
use cloakroom_engine::sessions::admin::statistics::{MOST_APPLICATIONS, OTHER_APPLICATIONS, RECENT, SessionStatistics};
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::sessions::verdict::{Verdict, verdict};
use cloakroom_engine::store::StoreError;

use super::detail;
use super::live::live;
use super::snapshot::{self, from_sessions, label, select_snapshot};
use crate::driver::{Connection, query_all, query_one};
use crate::{doubtful, params};

/// Rows that are judged at a time.
const PORTION: i64 = 512;

pub(crate) async fn of_tenant(
    conn: &mut dyn Connection,
    tenant: TenantNumber,
    now: Timestamp,
    touches: &PendingTouches,
) -> Result<SessionStatistics, StoreError> {
    let mut counted = SessionStatistics::default();
    totals(conn, tenant, now, &mut counted).await?;
    living(conn, tenant, now, &mut counted).await?;
    applications(conn, tenant, now, &mut counted).await?;
    recorded_ends(conn, tenant, now, &mut counted).await?;
    unrecorded_ends(conn, tenant, now, touches, &mut counted).await?;
    Ok(counted)
}

fn whole(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

async fn totals(
    conn: &mut dyn Connection,
    tenant: TenantNumber,
    now: Timestamp,
    counted: &mut SessionStatistics,
) -> Result<(), StoreError> {
    let sql = "SELECT count(*), coalesce(sum(CASE WHEN created_at > $2 THEN 1 ELSE 0 END), 0) FROM sessions WHERE tenant_number = $1";
    let since = now.minus(RECENT).as_millis();
    let found = query_one(conn, sql, params![tenant.0, since], |row| Ok((row.int(0)?, row.int(1)?))).await?;
    let (total, recent) = found.unwrap_or_default();
    (counted.total, counted.created_recently) = (whole(total), whole(recent));
    Ok(())
}

async fn living(
    conn: &mut dyn Connection,
    tenant: TenantNumber,
    now: Timestamp,
    counted: &mut SessionStatistics,
) -> Result<(), StoreError> {
    let sql = concat!(
        "SELECT s.device_type, count(*)",
        from_sessions!(),
        "WHERE s.tenant_number = $1 AND ",
        live!("$2"),
        "GROUP BY s.device_type"
    );
    let read = |row: &dyn crate::driver::Row| Ok((detail::device(row.opt_text(0)?)?, row.int(1)?));
    for (device, count) in query_all(conn, sql, params![tenant.0, now.as_millis()], read).await? {
        counted.active += whole(count);
        *counted.by_device.entry(device).or_default() += whole(count);
    }
    let sql = concat!("SELECT count(DISTINCT s.user_number)", from_sessions!(), "WHERE s.tenant_number = $1 AND ", live!("$2"));
    let users = query_one(conn, sql, params![tenant.0, now.as_millis()], |row| row.int(0)).await?;
    counted.active_users = whole(users.unwrap_or(0));
    Ok(())
}

/// Call it after [`living`]: what is not among the most frequent families is the rest of the active ones.
async fn applications(
    conn: &mut dyn Connection,
    tenant: TenantNumber,
    now: Timestamp,
    counted: &mut SessionStatistics,
) -> Result<(), StoreError> {
    let sql = concat!(
        "SELECT s.application_family, count(*)",
        from_sessions!(),
        "WHERE s.tenant_number = $1 AND s.application_family IS NOT NULL AND ",
        live!("$2"),
        "GROUP BY s.application_family ORDER BY count(*) DESC, s.application_family LIMIT $3"
    );
    let read = |row: &dyn crate::driver::Row| Ok((row.text(0)?.to_owned(), row.int(1)?));
    let mut rest = counted.active;
    for (family, count) in query_all(conn, sql, params![tenant.0, now.as_millis(), MOST_APPLICATIONS], read).await? {
        rest = rest.saturating_sub(whole(count));
        *counted.by_application.entry(family).or_default() += whole(count);
    }
    if rest > 0 {
        *counted.by_application.entry(OTHER_APPLICATIONS.to_owned()).or_default() += rest;
    }
    Ok(())
}

async fn recorded_ends(
    conn: &mut dyn Connection,
    tenant: TenantNumber,
    now: Timestamp,
    counted: &mut SessionStatistics,
) -> Result<(), StoreError> {
    let sql = "SELECT end_reason, count(*), CAST(sum(ended_at - created_at) AS BIGINT), sum(CASE WHEN ended_at > $2 THEN 1 ELSE 0 END)
               FROM sessions WHERE tenant_number = $1 AND state <> 0 GROUP BY end_reason";
    let ended = query_all(conn, sql, params![tenant.0, now.minus(RECENT).as_millis()], |row| {
        Ok((label(row.text(0)?, EndReason::parse)?, row.int(1)?, row.int(2)?, row.int(3)?))
    })
    .await?;
    for (reason, count, duration, recent) in ended {
        *counted.by_end_reason.entry(reason).or_default() += whole(count);
        counted.ended_duration = Span::from_millis(counted.ended_duration.as_millis().saturating_add(duration));
        counted.ended_recently += whole(recent);
    }
    Ok(())
}

async fn unrecorded_ends(
    conn: &mut dyn Connection,
    tenant: TenantNumber,
    now: Timestamp,
    touches: &PendingTouches,
    counted: &mut SessionStatistics,
) -> Result<(), StoreError> {
    let sql = select_snapshot!(
        "WHERE s.tenant_number = $1 AND s.state = 0 AND (s.created_at, s.number) > ($3, $4) AND (",
        live!("$2"),
        ") IS NOT TRUE ORDER BY s.created_at, s.number LIMIT $5"
    );
    // In the order of the index: in any other, each portion would sort all that are left.
    let mut through = (i64::MIN, 0);
    loop {
        let dead = snapshot::many(conn, sql, params![tenant.0, now.as_millis(), through.0, through.1, PORTION], touches).await?;
        let Some(last) = dead.last() else { return Ok(()) };
        through = (last.session.created_at.as_millis(), last.session.number.0);
        for snapshot in &dead {
            if let Verdict::Dead(end) = verdict(snapshot, now).map_err(doubtful)? {
                let at = end.at.min(now);
                *counted.by_end_reason.entry(end.reason).or_default() += 1;
                let lived = at.since(snapshot.session.created_at).as_millis();
                counted.ended_duration = Span::from_millis(counted.ended_duration.as_millis().saturating_add(lived));
                counted.ended_recently += u64::from(at > now.minus(RECENT));
            }
        }
    }
}
