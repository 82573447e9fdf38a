//! Ending everything by the server's own epoch.

use cloakroom_engine::error::StoreError;
use cloakroom_engine::sessions::End;
use cloakroom_engine::sessions::store::RestoredBackup;

use crate::driver::{Connection, DriverError, query_one};
use crate::{audit, params};

pub(crate) async fn settle(conn: &mut dyn Connection, restored: &RestoredBackup) -> Result<(), StoreError> {
    let entry = restored.audit.clone();
    let entry = match restored.end {
        Some(end) => entry.with("epoch", move_epoch(conn, end).await?.to_string()),
        None => entry,
    };
    Ok(audit::append(conn, &entry).await?)
}

/// Moves the server's epoch, which ends every session that was born under the one it had; returns the new one.
async fn move_epoch(conn: &mut dyn Connection, end: End) -> Result<i64, DriverError> {
    let sql = "UPDATE server SET epoch = epoch + 1 WHERE only_row = 1 RETURNING epoch";
    let epoch = query_one(conn, sql, params![], |row| row.int(0)).await?;
    let epoch = epoch.ok_or_else(|| DriverError::Corrupt("the server's own row is gone".into()))?;
    let sql = "INSERT INTO epoch_moves (scope, scope_number, epoch, at, reason, moved_by) VALUES (0, 1, $1, $2, $3, $4)";
    conn.execute(sql, params![epoch, end.at.as_millis(), end.reason.as_str(), end.by.map(|by| by.0)]).await?;
    Ok(epoch)
}
