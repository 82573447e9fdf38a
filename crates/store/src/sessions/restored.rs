//! Ending everything by the server's own epoch.

use cloakroom_engine::error::StoreError;
use cloakroom_engine::sessions::store::RestoredBackup;

use crate::audit;
use crate::driver::Connection;
use crate::epochs::{EpochScope, move_epoch};

pub(crate) async fn settle(conn: &mut dyn Connection, restored: &RestoredBackup) -> Result<(), StoreError> {
    let entry = restored.audit.clone();
    let entry = match restored.end {
        Some(end) => entry.with("epoch", move_epoch(conn, EpochScope::Server, end).await?.to_string()),
        None => entry,
    };
    Ok(audit::append(conn, &entry).await?)
}
