//! Looking at one session, by its bearer secret or by its reference.

use super::authenticate::{SessionRefusal, TouchKind};
use super::store::SessionLookup;
use super::verdict::view;
use super::{SessionState, SessionView};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::SessionUid;
use crate::secret::SessionSecret;
use crate::sessions::verdict::SessionSnapshot;

/// Sixteen bytes that are a bearer secret or the reference of a session; only a look tells which.
#[derive(Clone, Debug)]
pub struct SessionPointer(SessionSecret);

impl SessionPointer {
    pub const fn from_guid(bytes: [u8; 16]) -> Self {
        Self(SessionSecret::from_bytes(bytes))
    }

    pub const fn as_secret(&self) -> &SessionSecret {
        &self.0
    }
}

/// A session that a pointer led to.
pub(super) struct Pointed {
    pub snapshot: SessionSnapshot,
    /// Whether the pointer was the bearer secret.
    pub by_secret: bool,
}

impl Engine {
    /// The session, live or ended; not found if there is none, or only an archived one and those are not asked for.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn get_session(
        &self,
        pointer: &SessionPointer,
        include_archived: bool,
    ) -> Result<Result<SessionView, SessionRefusal>, EngineError> {
        let Some(Pointed { snapshot, by_secret }) = self.follow(pointer).await? else {
            return Ok(Err(SessionRefusal::NotFound));
        };
        if by_secret && snapshot.bearer.password_is_due {
            return Ok(Err(SessionRefusal::PasswordDue));
        }
        let now = self.now();
        let mut view = view(snapshot, now)?;
        if matches!(view.session.state, SessionState::Archived { .. }) && !include_archived {
            return Ok(Err(SessionRefusal::NotFound));
        }
        if by_secret && view.end.is_none() {
            view.session = self.touch(view.session, TouchKind::Activity, now).await?;
        }
        Ok(Ok(view))
    }

    pub(super) async fn follow(&self, pointer: &SessionPointer) -> Result<Option<Pointed>, EngineError> {
        if let Some(snapshot) = self.store.session(SessionLookup::Secret(pointer.0.hash())).await? {
            return Ok(Some(Pointed { snapshot, by_secret: true }));
        }
        let uid: SessionUid = self.keys.session_of_reference(pointer.0.expose());
        let found = self.store.session(SessionLookup::Uid(uid)).await?;
        Ok(found.map(|snapshot| Pointed { snapshot, by_secret: false }))
    }
}
