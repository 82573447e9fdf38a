//! The background tasks on sessions, in small batches.

use cloakroom_engine::audit::AuditEntry;
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::sessions::End;
use cloakroom_engine::sessions::activity::Counted;
use cloakroom_engine::sessions::store::Swept;
use cloakroom_engine::sessions::touches::{PendingTouches, Touch};
use cloakroom_engine::sessions::verdict::{SessionSnapshot, Verdict, verdict};
use const_format::concatcp;

use super::activity::Tally;
use super::end;
use super::expiry::due;
use super::snapshot::{self, OpenRow};
use crate::driver::{Connection, Record, all, one, record};
use crate::openid::codes;
use crate::sessions::provider_logout;
use crate::{audit, epochs, params};

/// Touches are stored by greatest value: what another process or an earlier batch stored is never moved back. A touch from before the
/// expiry was set says nothing about the expiry.
pub(crate) const SAVE_TOUCH: &str = "UPDATE session_touches
    SET last_validated_at = CASE WHEN $2 IS NULL OR last_validated_at >= $2 THEN last_validated_at ELSE $2 END,
        last_active_at = CASE WHEN last_active_at >= $3 THEN last_active_at ELSE $3 END,
        expires_at = CASE WHEN expiry_edition <> $5 OR expires_at >= $4 THEN expires_at ELSE $4 END
    WHERE session_number = $1";

pub(crate) async fn save_touches(conn: &mut dyn Connection, touches: &[Touch]) -> Result<(), StoreError> {
    for Touch { session, activity } in touches {
        let validated = activity.last_validated_at.map(Timestamp::as_millis);
        let (active, expires) = (activity.last_active_at.as_millis(), activity.expires_at.as_millis());
        conn.change(SAVE_TOUCH, params![session.0, validated, active, expires, activity.expiry_edition]).await?;
    }
    Ok(())
}

/// How long a row that cannot be judged is left alone.
const PUT_OFF_SECONDS: i64 = 3600;

/// Records the ends of open sessions that have expired; those that were extended since are put off.
pub(crate) async fn sweep(
    conn: &mut dyn Connection,
    now: Timestamp,
    limit: usize,
    entry: &AuditEntry,
    touches: &PendingTouches,
) -> Result<Swept, StoreError> {
    let sql = "SELECT number FROM sessions WHERE state = 0 AND due <= $1 ORDER BY due LIMIT $2";
    let second = now.as_millis().div_euclid(1000);
    let mut swept = Swept::default();
    for candidate in snapshot::each(conn, sql, params![second, limit as i64], touches).await? {
        let judged = match &candidate {
            OpenRow::Read(candidate) => verdict(candidate, now).ok(),
            OpenRow::Unreadable(_) => None,
        };
        let (number, due) = match (candidate, judged) {
            (OpenRow::Read(candidate), Some(Verdict::Dead(dead))) => {
                end::record(conn, &candidate.session, dead, entry).await?;
                swept.ended += 1;
                continue;
            }
            (OpenRow::Read(candidate), Some(Verdict::Live)) => {
                let session = &candidate.session;
                // Nothing is due later than its stored expiry: totals look only at what is due, after a crash as well.
                save_touches(conn, &[Touch { session: session.number, activity: session.activity }]).await?;
                (session.number, due(session.activity.expires_at.min(session.absolute_expires_at)))
            }
            // Damaged, or from a time that the clock does not know: out of the way of the others, and looked at again.
            (OpenRow::Read(candidate), None) => (candidate.session.number, second + PUT_OFF_SECONDS),
            (OpenRow::Unreadable(number), _) => (number, second + PUT_OFF_SECONDS),
        };
        conn.change("UPDATE sessions SET due = $2 WHERE number = $1", params![number.0, due]).await?;
        swept.rescheduled += 1;
    }
    Ok(swept)
}

/// Archives sessions that ended long enough ago.
pub(crate) async fn archive(
    conn: &mut dyn Connection,
    ended_before: Timestamp,
    now: Timestamp,
    limit: usize,
    entry: &AuditEntry,
) -> Result<usize, StoreError> {
    let changed = conn
        .execute(
            "UPDATE sessions SET state = 2, archived_at = $2, due = $3
             WHERE number IN (SELECT number FROM sessions WHERE state = 1 AND due <= $1 ORDER BY due LIMIT $4)",
            params![ended_before.as_millis().div_euclid(1000), now.as_millis(), now.as_millis().div_euclid(1000), limit as i64],
        )
        .await?;
    tell(conn, entry, changed).await
}

/// Removes the rows of sessions that have been archived for long enough.
pub(crate) async fn purge(
    conn: &mut dyn Connection,
    archived_before: Timestamp,
    limit: usize,
    entry: &AuditEntry,
) -> Result<usize, StoreError> {
    let sql = "SELECT number FROM sessions WHERE state = 2 AND due <= $1 ORDER BY due LIMIT $2";
    let numbers = all::<i64>(conn, sql, params![archived_before.as_millis().div_euclid(1000), limit as i64]).await?;
    for number in &numbers {
        codes::forget_those_of(conn, *number).await?;
        provider_logout::forget(conn, *number).await?;
        conn.change("DELETE FROM session_grants WHERE session_number = $1", params![*number]).await?;
        conn.change("DELETE FROM session_touches WHERE session_number = $1", params![*number]).await?;
        conn.change("DELETE FROM sessions WHERE number = $1", params![*number]).await?;
    }
    tell(conn, entry, numbers.len() as u64).await
}

async fn tell(conn: &mut dyn Connection, entry: &AuditEntry, changed: u64) -> Result<usize, StoreError> {
    if changed > 0 {
        audit::append(conn, &entry.clone().with("count", changed.to_string())).await?;
    }
    Ok(changed as usize)
}

record! { struct Portion { count: i64 = "count(*)", last: Option<i64> = "max(number)" } }

const NEXT_SESSIONS: &str =
    concatcp!(Portion::SELECT, " FROM (SELECT number FROM sessions WHERE number > $1 ORDER BY number LIMIT $2) AS next_sessions");

/// Goes on recording the ends that the oldest unfinished epoch move caused. The move itself ended them, and the trail has it; what
/// ended otherwise is left to the sweeper, which tells of it. No entry names what a move ended, so it is counted here.
pub(crate) async fn stamp_moved_epochs(
    conn: &mut dyn Connection,
    now: Timestamp,
    limit: usize,
    touches: &PendingTouches,
) -> Result<(usize, bool), StoreError> {
    let Some(unstamped) = epochs::oldest_unstamped(conn).await? else { return Ok((0, false)) };
    let through = unstamped.stamped_through;
    let looked_at = one::<Portion>(conn, NEXT_SESSIONS, params![through, limit as i64]).await?;
    let (last, finished) = looked_at.map_or((through, true), |next| (next.last.unwrap_or(through), next.count < limit as i64));
    // The plus keeps the planner from the index by state, which would gather and sort every open session for each batch.
    let sql = "SELECT number FROM sessions WHERE number > $1 AND number <= $2 AND +state = 0 ORDER BY number";
    let mut tally = Tally::default();
    let mut stamped = 0;
    for open in snapshot::each(conn, sql, params![through, last], touches).await? {
        let OpenRow::Read(open) = open else { continue };
        if let Ok(Verdict::Dead(dead)) = verdict(&open, now)
            && is_by_moved_epoch(&open, dead)
        {
            end::stamp(conn, open.session.number, dead).await?;
            tally.add(open.session.tenant, dead.at, Counted::ended(dead.reason), 1);
            stamped += 1;
        }
    }
    tally.store(conn).await?;
    epochs::stamped(conn, &unstamped, last, finished).await?;
    Ok((stamped, true))
}

fn is_by_moved_epoch(open: &SessionSnapshot, dead: End) -> bool {
    let mut moves = open.standing.moved_epochs.iter().filter_map(|epoch| epoch.moved);
    moves.any(|moved| (moved.at, moved.reason) == (dead.at, dead.reason))
}
