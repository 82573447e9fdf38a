//! Who has live sessions, and how many.

use crate::callers::Operator;
use crate::cursor::{Cursor, ListKind, NotOfThisList, PageAsked};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::page::ListPage;
use crate::sessions::pages::{ListUsers, UserWithSessions};

impl Engine {
    /// One page of the users who have live sessions within reach, by username, with the number of those. A walk along the cursors
    /// visits everybody who was there throughout exactly once; one by numbers only if nothing changes meanwhile.
    ///
    /// # Errors
    /// When the store cannot be relied on.
    pub async fn users_with_sessions(
        &self,
        operator: &Operator,
        page: PageAsked,
    ) -> Result<Result<ListPage<UserWithSessions, Cursor>, NotOfThisList>, EngineError> {
        let binding = operator.binding(ListKind::UsersWithSessions);
        let page = match binding.place(&self.keys, page) {
            Ok(page) => page,
            Err(not) => return Ok(Err(not)),
        };
        self.store_due_touches().await?;
        let list = ListUsers { scope: operator.reach().into(), page, now: self.now() };
        Ok(Ok(binding.shown(&self.keys, self.store.users_with_sessions(list).await?)))
    }
}
