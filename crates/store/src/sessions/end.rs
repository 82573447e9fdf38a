//! Ends one session or all sessions of a user. A recorded end is never replaced.

use cloakroom_engine::audit::{Actor, AuditEntry};
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::SessionNumber;
use cloakroom_engine::sessions::store::{EndCause, EndOutcome, EndSessions, EndSessionsOfUser, RevokedSession};
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::sessions::verdict::{Verdict, verdict};
use cloakroom_engine::sessions::{End, Session};

use super::snapshot::{self, OpenRow};
use crate::directory::tenants;
use crate::driver::{Connection, DriverError};
use crate::openid::logouts;
use crate::{audit, doubtful, params};

/// Records the end of an open session without an audit entry, for ends that one entry covers together. Whatever ends a session comes by
/// here, so whoever is to be told of it is noted here.
pub(crate) async fn stamp(conn: &mut dyn Connection, session: SessionNumber, end: End) -> Result<(), DriverError> {
    conn.change(
        "UPDATE sessions
         SET state = 1, ended_at = $2, end_reason = $3, ended_by = $4, due = $5,
             ended_tenant_epoch = (SELECT n.epoch FROM tenants n WHERE n.number = sessions.tenant_number)
         WHERE number = $1 AND state = 0",
        params![session.0, end.at.as_millis(), end.reason.as_str(), end.by.map(|by| by.0), end.at.as_millis().div_euclid(1000)],
    )
    .await?;
    logouts::note(conn, session, end.at).await
}

/// Records the end of an open session, with its audit entry.
pub(crate) async fn record(conn: &mut dyn Connection, session: &Session, end: End, entry: &AuditEntry) -> Result<(), DriverError> {
    stamp(conn, session.number, end).await?;
    let mut entry = entry.clone().on(session.uid).within(session.tenant).with("end_reason", end.reason.as_str());
    if !entry.detail.iter().any(|(name, _)| *name == "user_id") {
        entry = entry.with("user_id", session.user_uid.to_string());
    }
    audit::append(conn, &entry).await
}

/// The audit entry for a session that a caller wanted to end and that was dead already. It names the request that found this out, and
/// not the caller, who did not cause the end.
fn nobodys(meant: &AuditEntry) -> AuditEntry {
    AuditEntry { actor: Actor::System("ending"), detail: Vec::new(), ..meant.clone() }
}

pub(crate) async fn end_one(
    conn: &mut dyn Connection,
    session: SessionNumber,
    cause: EndCause,
    now: Timestamp,
    entry: &AuditEntry,
    touches: &PendingTouches,
) -> Result<EndOutcome, StoreError> {
    let Some(found) = snapshot::by_number(conn, session, touches).await? else {
        return Ok(EndOutcome::Gone);
    };
    if let Some(end) = found.session.state.end() {
        return Ok(EndOutcome::AlreadyEnded(end));
    }
    let outcome = match (verdict(&found, now), cause) {
        (Ok(Verdict::Dead(end)), _) => EndOutcome::FoundDead(end),
        // A session can be ended even if the clock is not trusted.
        (Ok(Verdict::Live) | Err(_), EndCause::Deliberate(end)) => EndOutcome::Ended(end),
        (Ok(Verdict::Live), EndCause::Found) => return Ok(EndOutcome::StillLive),
        (Err(doubt), EndCause::Found) => return Err(doubtful(doubt)),
    };
    match (outcome, cause) {
        (EndOutcome::FoundDead(end), EndCause::Deliberate(_)) => record(conn, &found.session, end, &nobodys(entry)).await?,
        (EndOutcome::Ended(end) | EndOutcome::FoundDead(end), _) => record(conn, &found.session, end, entry).await?,
        _ => {}
    }
    Ok(outcome)
}

pub(crate) async fn end_of_user(
    conn: &mut dyn Connection,
    end: &EndSessionsOfUser,
    touches: &PendingTouches,
) -> Result<Vec<SessionNumber>, StoreError> {
    let deliberate = End { at: end.at, reason: end.reason, by: end.by };
    let mut ended = Vec::new();
    for open in snapshot::open_of_user(conn, end.user, touches).await? {
        let open = match open {
            OpenRow::Read(open) => open,
            // A row that cannot be read is not valid. Its end is recorded as far as possible.
            OpenRow::Unreadable(number) => {
                stamp(conn, number, deliberate).await?;
                let told = end.audit.clone().with("session_number", number.0.to_string());
                audit::append(conn, &told.with("end_reason", end.reason.as_str())).await?;
                continue;
            }
        };
        if Some(open.session.number) == end.except {
            continue;
        }
        match verdict(&open, end.at) {
            // A session can be ended even if the clock is not trusted.
            Ok(Verdict::Live) | Err(_) => {
                record(conn, &open.session, deliberate, &end.audit).await?;
                ended.push(open.session.number);
            }
            Ok(Verdict::Dead(earlier)) => record(conn, &open.session, earlier, &nobodys(&end.audit)).await?,
        }
    }
    Ok(ended)
}

/// Ends the chosen live sessions of a user. For the dead ones among them the true cause is recorded.
pub(crate) async fn end_meant(
    conn: &mut dyn Connection,
    meant: &EndSessions,
    touches: &PendingTouches,
) -> Result<Vec<RevokedSession>, StoreError> {
    let tenants = match meant.scope.partner {
        Some(partner) => Some(tenants::tenants_of(conn, partner).await?),
        None => None,
    };
    let is_meant = |session: &Session| {
        meant.scope.tenant.is_none_or(|tenant| session.tenant == Some(tenant))
            && tenants.as_ref().is_none_or(|tenants| session.tenant.is_some_and(|tenant| tenants.contains(&tenant)))
            && meant.only.as_ref().is_none_or(|only| only.contains(&session.uid))
            && meant.except != Some(session.number)
    };
    let mut ended = Vec::new();
    for open in snapshot::open_of_user(conn, meant.user, touches).await? {
        // The owner of a row that cannot be read is unknown, so it is not ended here. It is not valid in any case.
        let OpenRow::Read(open) = open else { continue };
        if !is_meant(&open.session) {
            continue;
        }
        match verdict(&open, meant.end.at) {
            // A session can be ended even if the clock is not trusted.
            Ok(Verdict::Live) | Err(_) => {
                record(conn, &open.session, meant.end, &meant.audit).await?;
                ended.push(RevokedSession { number: open.session.number, uid: open.session.uid });
            }
            Ok(Verdict::Dead(earlier)) => record(conn, &open.session, earlier, &nobodys(&meant.audit)).await?,
        }
    }
    Ok(ended)
}
