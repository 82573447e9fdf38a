//! Who may see the sessions of one user.

use super::delegate::Delegate;
use super::end_user::EndUser;
use super::token_caller::TokenCaller;
use crate::ids::{SessionNumber, TenantNumber, UserNumber};
use crate::tokens::scope::SESSIONS_READ;

/// Somebody who may see a user's sessions: the user, or an application within one of them that has the scope for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionsReader {
    user: UserNumber,
    session: SessionNumber,
    under: Option<TenantNumber>,
}

/// Neither the user nor an application that may.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotAReader;

impl SessionsReader {
    /// Whose sessions.
    pub fn user(&self) -> UserNumber {
        self.user
    }

    /// The session that asks.
    pub fn session(&self) -> SessionNumber {
        self.session
    }

    /// The tenant to which the reach is bound: an application sees sessions of its own tenant alone, unless it is one of the platform.
    pub(crate) const fn under(&self) -> Option<TenantNumber> {
        self.under
    }
}

impl From<&EndUser> for SessionsReader {
    fn from(user: &EndUser) -> Self {
        Self { user: user.user(), session: user.session(), under: None }
    }
}

impl TryFrom<&Delegate> for SessionsReader {
    type Error = NotAReader;

    /// What the application may not reach by itself it does not reach in the user's name: not even the session that it is within.
    fn try_from(delegate: &Delegate) -> Result<Self, NotAReader> {
        let (session, client) = (delegate.session(), delegate.client());
        if !delegate.has_scope(SESSIONS_READ) || !client.reaches(session) {
            return Err(NotAReader);
        }
        let under = if client.is_platform { None } else { client.tenant_number() };
        Ok(Self { user: session.user, session: session.number, under })
    }
}

impl TokenCaller {
    /// As who may see the sessions of the user whose token it is.
    ///
    /// # Errors
    /// [`NotAReader`] for an application by itself, and for one within a session without the scope or the reach.
    pub fn sessions_reader(&self) -> Result<SessionsReader, NotAReader> {
        match self {
            Self::User(user) => Ok(user.into()),
            Self::Delegate(delegate) => delegate.try_into(),
            Self::Machine(_) => Err(NotAReader),
        }
    }
}
