//! Looking at one session of the owner's.

use super::NoSuchSession;
use crate::callers::OwnedClient;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::StorageId;
use crate::sessions::Session;
use crate::sessions::metadata::KeptMetadata;

/// A session as its application looks at it.
#[derive(Clone, Debug)]
pub struct SeenStored {
    pub session: Session,
    pub kept: KeptMetadata,
}

impl Engine {
    /// The session, while it is live. Reading it does not count as activity.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn stored_session(&self, client: &OwnedClient, id: &StorageId) -> Result<Result<SeenStored, NoSuchSession>, EngineError> {
        let session = match self.kept_session(client, id).await? {
            Ok(session) => session,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let kept = self.store.session_metadata(vec![session.number]).await?.pop().unwrap_or_default();
        Ok(Ok(SeenStored { session, kept }))
    }
}
