//! What applications keep with sessions: a row beside the session, which whoever only asks whether it lives does not read. It goes with the
//! session by its foreign key.

use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::SessionNumber;
use cloakroom_engine::sessions::metadata::KeptMetadata;
use cloakroom_engine::sessions::store::{SetMetadata, SetMetadataOutcome};
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::sessions::verdict::{Verdict, verdict};
use const_format::concatcp;

use super::snapshot;
use crate::driver::{Connection, DriverError, Record, one, record};
use crate::{audit, doubtful, params};

record! { for KeptMetadata as m { edition, metadata = "m.members" } }

const OF_SESSION: &str = concatcp!(KeptMetadata::SELECT, " FROM session_metadata m WHERE m.session_number = $1");

/// What is kept with each of these sessions, in their order.
pub(crate) async fn of(conn: &mut dyn Connection, sessions: &[SessionNumber]) -> Result<Vec<KeptMetadata>, DriverError> {
    let mut kept = Vec::with_capacity(sessions.len());
    for session in sessions {
        kept.push(one::<KeptMetadata>(conn, OF_SESSION, params![session.0]).await?.unwrap_or_default());
    }
    Ok(kept)
}

/// Has this be kept with a session.
pub(super) async fn keep(conn: &mut dyn Connection, session: SessionNumber, kept: &KeptMetadata) -> Result<(), DriverError> {
    let sql = "INSERT INTO session_metadata (session_number, edition, members) VALUES ($1, $2, $3)
               ON CONFLICT (session_number) DO UPDATE SET edition = $2, members = $3";
    conn.change(sql, params![session.0, kept.edition, &kept.metadata.kept()]).await
}

/// Has something else be kept with a live session of the user, if what is kept is what was read.
pub(crate) async fn set(conn: &mut dyn Connection, set: &SetMetadata, touches: &PendingTouches) -> Result<SetMetadataOutcome, StoreError> {
    let found = snapshot::by_number(conn, set.session, touches).await?;
    let Some(found) = found.filter(|found| found.session.user == set.user) else { return Ok(SetMetadataOutcome::Gone) };
    if verdict(&found, set.now).map_err(doubtful)? != Verdict::Live {
        return Ok(SetMetadataOutcome::Gone);
    }
    let edition = "SELECT edition FROM session_metadata WHERE session_number = $1";
    if one::<i64>(conn, edition, params![set.session.0]).await?.unwrap_or(0) != set.read {
        return Ok(SetMetadataOutcome::Conflict);
    }
    keep(conn, set.session, &set.next).await?;
    audit::append(conn, &set.audit).await?;
    Ok(SetMetadataOutcome::Set)
}
