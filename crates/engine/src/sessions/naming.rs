//! Naming one of one's own sessions: its caption, by which people tell their devices apart.

use super::store::NameSession;
use crate::audit::{Action, AuditEntry, RequestOrigin, ResourceKind};
use crate::callers::EndUser;
use crate::directory::is_plain_name;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::SessionUid;

/// Why a session keeps the caption that it has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NamingRefusal {
    /// The caller has no such live session, or it is one that an application keeps, whose caption is the application's.
    NoSuchSession,
    /// It is longer than [`LONGEST_NAME`](crate::directory::LONGEST_NAME) characters, or one of them is a control character.
    NoCaption,
}

impl Engine {
    /// Gives a session of the caller's this caption, without the spaces around it; an empty one takes the caption away.
    ///
    /// # Errors
    /// When the store cannot be relied on; whether it is called so may then be unknown.
    pub async fn name_own_session(
        &self,
        caller: &EndUser,
        session: SessionUid,
        caption: &str,
        origin: &RequestOrigin,
    ) -> Result<Result<(), NamingRefusal>, EngineError> {
        let caption = caption.trim();
        if !is_plain_name(caption) {
            return Ok(Err(NamingRefusal::NoCaption));
        }
        let now = self.now();
        let audit = AuditEntry::success(now, Action::SessionNamed, ResourceKind::Session, caller.actor(), origin.clone())
            .on(session)
            .within(caller.shown().tenant)
            .with("user_id", caller.user_uid().to_string());
        let name = NameSession { session, user: caller.user(), caption: (!caption.is_empty()).then(|| caption.to_owned()), now, audit };
        Ok(if self.store.name_session(caller.basis(now), name).await? { Ok(()) } else { Err(NamingRefusal::NoSuchSession) })
    }
}
