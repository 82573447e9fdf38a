//! Looking at one session, by its bearer secret or by its reference.

use super::authenticate::{SessionRefusal, TouchKind};
use super::detail::{DetailedSnapshot, PlacedSnapshot, PlacedView, Whence};
use super::metadata::KeptMetadata;
use super::store::SessionLookup;
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

/// A session that somebody looks at: with what it comes from, and what is kept with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeenSession {
    pub view: SessionView,
    pub whence: Whence,
    pub kept: KeptMetadata,
}

impl Engine {
    /// The session, live or ended, with what it comes from and what is kept with it.
    /// Not found if there is none, or only an archived one and those are not asked for.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn get_session(
        &self,
        pointer: &SessionPointer,
        include_archived: bool,
    ) -> Result<Result<SeenSession, SessionRefusal>, EngineError> {
        let Some((found, by_secret)) = self.detailed(pointer).await? else {
            return Ok(Err(SessionRefusal::NotFound));
        };
        if by_secret && found.snapshot.bearer.password_is_due {
            return Ok(Err(SessionRefusal::PasswordDue));
        }
        let now = self.now();
        let PlacedView { mut view, whence } = PlacedSnapshot { snapshot: found.snapshot, whence: found.surroundings.whence }.view(now)?;
        if matches!(view.session.state, SessionState::Archived { .. }) && !include_archived {
            return Ok(Err(SessionRefusal::NotFound));
        }
        if by_secret && view.end.is_none() {
            view.session = self.touch(view.session, TouchKind::Activity, now).await?;
        }
        let kept = self.store.session_metadata(vec![view.session.number]).await?.pop().unwrap_or_default();
        Ok(Ok(SeenSession { view, whence, kept }))
    }

    /// As [`Self::follow`], with what stands beside the session, and whether the pointer was its bearer secret.
    async fn detailed(&self, pointer: &SessionPointer) -> Result<Option<(DetailedSnapshot, bool)>, EngineError> {
        if let Some(found) = self.store.session_detail(SessionLookup::Secret(pointer.0.hash())).await? {
            return Ok(Some((found, true)));
        }
        let uid = self.keys.session_of_reference(pointer.0.expose());
        Ok(self.store.session_detail(SessionLookup::Uid(uid)).await?.map(|found| (found, false)))
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
