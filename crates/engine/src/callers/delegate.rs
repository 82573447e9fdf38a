//! Applications within a user's session.

use std::sync::Arc;

use crate::machine::application::ClientRecord;
use crate::sessions::Session;

/// An application that showed a token which it was given within a session of a user. It does nothing in the user's name but what its
/// scopes say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Delegate {
    session: Session,
    client: Arc<ClientRecord>,
    /// Those of its token that the application still has.
    scope: Vec<String>,
}

impl Delegate {
    pub(crate) const fn new(session: Session, client: Arc<ClientRecord>, scope: Vec<String>) -> Self {
        Self { session, client, scope }
    }

    /// The session that the token was given within.
    pub(super) const fn session(&self) -> &Session {
        &self.session
    }

    pub(super) fn client(&self) -> &ClientRecord {
        &self.client
    }

    pub(super) fn has_scope(&self, word: &str) -> bool {
        self.scope.iter().any(|scope| scope == word)
    }
}
