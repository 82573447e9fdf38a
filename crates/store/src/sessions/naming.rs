//! Giving a session a caption.

use cloakroom_engine::error::StoreError;
use cloakroom_engine::sessions::store::{NameSession, SessionLookup};
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::sessions::verdict::{Verdict, verdict};
use cloakroom_engine::sessions::{Birth, Session};

use super::snapshot;
use crate::driver::Connection;
use crate::{audit, doubtful, params};

/// Gives a live session a caption; whether there was one that its user names. The caption of a stored session is its application's.
pub(crate) async fn name(conn: &mut dyn Connection, name: &NameSession, touches: &PendingTouches) -> Result<bool, StoreError> {
    let found = snapshot::find(conn, SessionLookup::Uid(name.session), touches).await?;
    let is_meant = |session: &Session| session.user == name.user && session.birth != Birth::Storage;
    let Some(found) = found.filter(|found| is_meant(&found.session)) else { return Ok(false) };
    if verdict(&found, name.now).map_err(doubtful)? != Verdict::Live {
        return Ok(false);
    }
    let session = &found.session;
    if session.caption.as_deref() != name.caption.as_deref() {
        conn.change("UPDATE sessions SET caption = $2 WHERE number = $1", params![session.number.0, name.caption.as_ref()]).await?;
        audit::append(conn, &name.audit.clone().within(session.tenant)).await?;
    }
    Ok(true)
}
