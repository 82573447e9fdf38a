//! Who has a session.

use super::basis::{Basis, SessionSource, Source};
use crate::audit::Actor;
use crate::clock::Timestamp;
use crate::ids::{SessionNumber, UserNumber, UserUid};
use crate::sessions::verdict::Bearer;
use crate::sessions::{Session, SessionView};

/// Somebody who showed the credential of a live session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EndUser {
    session: Session,
    bearer: Bearer,
}

impl EndUser {
    pub(crate) const fn new(session: Session, bearer: Bearer) -> Self {
        Self { session, bearer }
    }

    /// What a change of the user's own rests on: that the session lives.
    pub(crate) fn basis(&self, at: Timestamp) -> Basis {
        Basis::new(Source::Session(self.source()), at)
    }

    /// What a change of others' rests on: the role and the home, too.
    pub(super) fn basis_of_role(&self, at: Timestamp) -> Basis {
        Basis::new(Source::Session(SessionSource { bearer: Some(self.bearer.clone()), ..self.source() }), at)
    }

    pub(super) fn source(&self) -> SessionSource {
        SessionSource { session: self.session.number, bearer: None, org: None }
    }

    /// What the user may do.
    pub const fn bearer(&self) -> &Bearer {
        &self.bearer
    }

    /// The session that was shown, as it was found.
    pub(crate) const fn shown(&self) -> &Session {
        &self.session
    }

    pub fn user(&self) -> UserNumber {
        self.session.user
    }

    pub fn user_uid(&self) -> UserUid {
        self.session.user_uid
    }

    /// The session that was shown.
    pub fn session(&self) -> SessionNumber {
        self.session.number
    }

    /// Whether `view` shows the session that was shown.
    pub fn is(&self, view: &SessionView) -> bool {
        self.session.number == view.session.number
    }

    pub(crate) fn actor(&self) -> Actor {
        Actor::User(self.session.user, self.session.user_uid)
    }
}
