//! Changing what is kept with a session of the owner's, by the edition that the application read.

use crate::audit::RequestOrigin;
use crate::callers::OwnedClient;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::StorageId;
use crate::sessions::metadata::{KeptMetadata, SessionMetadata, metadata_entry};
use crate::sessions::set_metadata::MetadataRefusal;
use crate::sessions::store::{SetMetadata, SetMetadataOutcome};

impl Engine {
    /// Has `metadata` be kept with the session in the place of the edition that was read.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on; whether it is kept may then be unknown.
    pub async fn set_stored_session_metadata(
        &self,
        client: &OwnedClient,
        id: &StorageId,
        (read, metadata): (i64, SessionMetadata),
        origin: &RequestOrigin,
    ) -> Result<Result<KeptMetadata, MetadataRefusal>, EngineError> {
        let Ok(session) = self.kept_session(client, id).await? else { return Ok(Err(MetadataRefusal::NoSuchSession)) };
        let (now, next) = (self.now(), KeptMetadata::followed_by(read, metadata));
        let audit = metadata_entry(now, client.actor(), &session, &next, origin);
        let set = SetMetadata { session: session.number, user: client.owner(), read, next: next.clone(), now, audit };
        Ok(match self.store.set_session_metadata(client.basis(now), set).await? {
            SetMetadataOutcome::Set => Ok(next),
            SetMetadataOutcome::Conflict => Err(MetadataRefusal::Conflict),
            SetMetadataOutcome::Gone => Err(MetadataRefusal::NoSuchSession),
        })
    }
}
