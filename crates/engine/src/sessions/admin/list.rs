//! Numbered pages of sessions, newest first, with exact totals.

use crate::callers::{OutOfReach, SessionAdmin};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::page::PageNumber;
use crate::sessions::detail::DetailedView;
use crate::sessions::pages::ListScope;
use crate::sessions::scope::NamedScope;

/// A page as it is shown.
#[derive(Clone, Debug)]
pub struct ListedPage {
    /// Newest first, the number as tie-break.
    pub sessions: Vec<DetailedView>,
    /// How many there are on all pages together.
    pub total: u64,
}

impl Engine {
    /// One page of the sessions that `named` selects. Walking the pages visits everything exactly once if nothing changes meanwhile.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn list_sessions_of(
        &self,
        admin: &SessionAdmin,
        named: &NamedScope,
        active_only: bool,
        page: PageNumber,
    ) -> Result<Result<ListedPage, OutOfReach>, EngineError> {
        let scope = match self.scope(admin, named).await? {
            Ok(scope) => scope,
            Err(out) => return Ok(Err(out)),
        };
        self.store_due_touches().await?;
        let now = self.now();
        let found = self.store.page_of_scope(ListScope { scope, active_only, page, now }).await?;
        let sessions = found.sessions.into_iter().map(|session| session.view(now)).collect::<Result<_, _>>()?;
        Ok(Ok(ListedPage { sessions, total: found.total }))
    }
}
