//! Changing what is kept with a session. Whoever changes it says which edition they read: what somebody else wrote since stays.

use super::metadata::{KeptMetadata, SessionMetadata, WithMetadata, metadata_entry};
use super::store::{SetMetadata, SetMetadataOutcome};
use super::{Birth, SessionView};
use crate::audit::RequestOrigin;
use crate::callers::EndUser;
use crate::engine::Engine;
use crate::error::EngineError;

/// Why what is kept stays as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MetadataRefusal {
    /// The edition that was read is not the one that is kept.
    Conflict,
    /// A browser holds the session. What its user can write no application could rely on.
    HeldByBrowser,
    /// There is no such live session.
    NoSuchSession,
}

impl Engine {
    /// Has `metadata` be kept with the caller's session in the place of the edition that was read.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on; whether it is kept may then be unknown.
    pub async fn set_session_metadata(
        &self,
        caller: &EndUser,
        read: i64,
        metadata: SessionMetadata,
        origin: &RequestOrigin,
    ) -> Result<Result<WithMetadata, MetadataRefusal>, EngineError> {
        let session = caller.shown();
        if session.birth == Birth::Browser {
            return Ok(Err(MetadataRefusal::HeldByBrowser));
        }
        let (now, next) = (self.now(), KeptMetadata::followed_by(read, metadata));
        let audit = metadata_entry(now, caller.actor(), session, &next, origin);
        let set = SetMetadata { session: session.number, user: session.user, read, next: next.clone(), now, audit };
        Ok(match self.store.set_session_metadata(caller.basis(now), set).await? {
            SetMetadataOutcome::Set => Ok(WithMetadata { view: SessionView { session: session.clone(), end: None }, kept: next }),
            SetMetadataOutcome::Conflict => Err(MetadataRefusal::Conflict),
            SetMetadataOutcome::Gone => Err(MetadataRefusal::NoSuchSession),
        })
    }
}
