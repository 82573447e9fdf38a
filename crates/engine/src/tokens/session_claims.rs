//! What of the data that is kept with a session goes into the tokens of an application.

use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::SessionNumber;
use crate::machine::application::ClientRecord;
use crate::sessions::metadata::SessionMetadata;

impl Engine {
    /// The members that the directory gives the application, as they are now. Nothing is read where it gives none.
    pub(super) async fn session_claims(
        &self,
        client: &ClientRecord,
        session: SessionNumber,
    ) -> Result<Option<SessionMetadata>, EngineError> {
        if client.session_claims.is_empty() {
            return Ok(None);
        }
        let kept = self.store.session_metadata(vec![session]).await?.pop().unwrap_or_default();
        Ok(kept.metadata.picked(&client.session_claims))
    }
}
