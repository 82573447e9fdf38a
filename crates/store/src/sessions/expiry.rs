//! Setting when a session expires, and what lives that long.

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::sessions::store::SetExpiry;
use cloakroom_engine::sessions::terms::{SetEnd, set_end};
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::sessions::verdict::{Verdict, verdict};

use super::snapshot;
use crate::driver::{Connection, one};
use crate::{audit, doubtful, params};

/// Sets the expiry of a live session; whether there was one. The next edition of the expiry begins, so that no touch of an earlier
/// one, pending or on its way, moves it back.
pub(crate) async fn set(conn: &mut dyn Connection, set: &SetExpiry, touches: &PendingTouches) -> Result<bool, StoreError> {
    let found = snapshot::by_number(conn, set.session, touches).await?;
    let Some(found) = found.filter(|found| found.session.user == set.user) else { return Ok(false) };
    if verdict(&found, set.now).map_err(doubtful)? != Verdict::Live {
        return Ok(false);
    }
    let session = &found.session;
    let SetEnd { expires_at, ttl, absolute_expires_at } = set_end(session, set.ttl, set.now, set.tenant_absolute);
    conn.change(
        "UPDATE sessions SET due = $2, ttl_millis = $3, absolute_expires_at = $4 WHERE number = $1",
        params![session.number.0, due(expires_at), ttl.as_millis(), absolute_expires_at.as_millis()],
    )
    .await?;
    conn.change(
        "UPDATE session_touches SET expires_at = $2, expiry_edition = expiry_edition + 1,
             last_active_at = CASE WHEN last_active_at >= $3 THEN last_active_at ELSE $3 END
         WHERE session_number = $1",
        params![session.number.0, expires_at.as_millis(), set.now.as_millis()],
    )
    .await?;
    audit::append(conn, &set.audit).await?;
    Ok(true)
}

/// When the oldest session of session storage was born whose end is not recorded.
pub(crate) async fn oldest_stored(conn: &mut dyn Connection) -> Result<Option<Timestamp>, StoreError> {
    let sql = "SELECT created_at FROM sessions WHERE birth = 'storage' AND state = 0 ORDER BY created_at LIMIT 1";
    Ok(one(conn, sql, params![]).await?)
}

/// The second after which a sweeper looks at a session that expires then.
pub(crate) const fn due(expires_at: Timestamp) -> i64 {
    expires_at.as_millis().saturating_add(999).div_euclid(1000)
}
