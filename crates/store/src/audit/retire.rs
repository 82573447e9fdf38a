//! The beginning of the trail, and letting it go.

use cloakroom_engine::audit::AuditEntry;
use cloakroom_engine::audit::store::{OldestLinks, RetireLinks};
use cloakroom_engine::error::StoreError;

use super::checkpoint::checkpoint;
use super::{append, chain};
use crate::driver::Connection;
use crate::params;

/// The oldest links behind the checkpoint.
pub(crate) async fn oldest(conn: &mut dyn Connection, limit: usize) -> Result<OldestLinks, StoreError> {
    let checkpoint = checkpoint(conn).await?;
    let head = chain::head(conn).await?.map(|head| head.position);
    let behind = checkpoint.map_or(0, |checkpoint| checkpoint.position);
    let (links, standing) = chain::next(conn, behind, i64::MIN, limit).await?;
    Ok(OldestLinks { checkpoint, head, links, standing })
}

/// Lets entries and links go, if no other process has meanwhile.
pub(crate) async fn retire(conn: &mut dyn Connection, retire: &RetireLinks, entry: &AuditEntry) -> Result<bool, StoreError> {
    let RetireLinks { after, checkpoint: new } = retire;
    if checkpoint(conn).await?.map_or(0, |checkpoint| checkpoint.position) != *after {
        return Ok(false);
    }
    let sql = "INSERT INTO audit_checkpoint (only_row, position, sequence, hash, at, seal) VALUES (1, $1, $2, $3, $4, $5)
               ON CONFLICT (only_row) DO UPDATE SET position = $1, sequence = $2, hash = $3, at = $4, seal = $5";
    conn.execute(sql, params![new.position, new.sequence, &new.hash, new.at.as_millis(), &new.seal]).await?;
    // The checkpoint allows it: without one that lies as far, triggers refuse.
    conn.execute("DELETE FROM audit_log WHERE sequence <= $1", params![new.sequence]).await?;
    conn.execute("DELETE FROM audit_chain WHERE position <= $1", params![new.position]).await?;
    append(conn, entry).await?;
    Ok(true)
}
