//! Looking at one session of the owner's.

use super::NoSuchSession;
use crate::callers::OwnedClient;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::StorageId;
use crate::sessions::Session;

impl Engine {
    /// The session, while it is live. Reading it does not count as activity.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn stored_session(&self, client: &OwnedClient, id: &StorageId) -> Result<Result<Session, NoSuchSession>, EngineError> {
        self.kept_session(client, id).await
    }
}
