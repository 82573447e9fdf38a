//! Who has live sessions, and how many.

use crate::callers::Operator;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::page::PageNumber;
use crate::sessions::pages::{ListUsers, PageOfUsers};

impl Engine {
    /// One page of the users who have live sessions within reach, with the number of those. Walking the pages at rest visits
    /// everybody exactly once.
    ///
    /// # Errors
    /// When the store cannot be relied on.
    pub async fn users_with_sessions(&self, operator: &Operator, page: PageNumber) -> Result<PageOfUsers, EngineError> {
        self.store_due_touches().await?;
        let list = ListUsers { scope: operator.reach().into(), page, now: self.now() };
        Ok(self.store.users_with_sessions(list).await?)
    }
}
