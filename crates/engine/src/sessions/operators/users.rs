//! Who has live sessions, and how many.

use super::Operator;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::UserUid;
use crate::sessions::admin::list::PageNumber;
use crate::sessions::admin::scope::SessionScope;

/// One numbered page of the users who have live sessions within a scope.
#[derive(Clone, Copy, Debug)]
pub struct ListUsers {
    /// Its user is not looked at.
    pub scope: SessionScope,
    pub page: PageNumber,
    pub now: Timestamp,
}

/// A user who has live sessions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UserWithSessions {
    pub uid: UserUid,
    pub username: String,
    pub is_operator: bool,
    /// How many of them live within the scope.
    pub live: u64,
}

/// A page of users.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PageOfUsers {
    /// By username.
    pub users: Vec<UserWithSessions>,
    /// How many there are on all pages together.
    pub total: u64,
}

impl Engine {
    /// One page of the users who have live sessions within reach, with the number of those. Walking the pages at rest visits
    /// everybody exactly once.
    ///
    /// # Errors
    /// When the store cannot be relied on.
    pub async fn users_with_sessions(&self, operator: &Operator, page: PageNumber) -> Result<PageOfUsers, EngineError> {
        self.store_due_touches().await?;
        let list = ListUsers { scope: operator.reach.into(), page, now: self.now() };
        Ok(self.store.users_with_sessions(list).await?)
    }
}
