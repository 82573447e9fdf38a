//! Where the chain begins.

use cloakroom_engine::audit::checkpoint::Checkpoint;
use const_format::concatcp;

use crate::driver::{Connection, DriverError, Record, one, record};
use crate::params;

record! { for Checkpoint { position, sequence, hash, at, seal } }

const CHECKPOINT: &str = concatcp!(Checkpoint::SELECT, " FROM audit_checkpoint WHERE only_row = 1");

/// Where the chain begins, where that is not its beginning.
pub(crate) async fn checkpoint(conn: &mut dyn Connection) -> Result<Option<Checkpoint>, DriverError> {
    one(conn, CHECKPOINT, params![]).await
}
