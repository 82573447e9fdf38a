//! Carrying what a search selects elsewhere: from the newest on, some at a time.

use std::sync::Arc;

use super::search::SessionQuery;
use crate::callers::{OutOfReach, SessionAdmin};
use crate::cursor::Place;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::sessions::detail::DetailedView;
use crate::sessions::searching::{SearchSessions, SessionFilter};

/// Sessions of one read.
const WINDOW: usize = 500;

/// An export under way.
#[derive(Debug)]
pub struct SessionExport {
    engine: Arc<Engine>,
    /// Whose it is: judged again for each window.
    admin: SessionAdmin,
    filter: SessionFilter,
    after: Option<Place>,
    is_over: bool,
}

impl Engine {
    /// Begins an export of what `query` selects. What is born meanwhile is not in it.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on; then nothing is exported.
    pub async fn export_sessions(
        self: &Arc<Self>,
        admin: &SessionAdmin,
        query: &SessionQuery,
    ) -> Result<Result<SessionExport, OutOfReach>, EngineError> {
        self.store_due_touches().await?;
        let filter = self.session_filter(admin, query, self.now()).await?;
        Ok(filter.map(|filter| SessionExport { engine: Arc::clone(self), admin: admin.clone(), filter, after: None, is_over: false }))
    }
}

impl SessionExport {
    /// The next sessions, which may be none; `None` after the last.
    ///
    /// # Errors
    /// The store's; where the caller may not see them any more, none follow.
    pub async fn next(&mut self) -> Result<Option<Vec<DetailedView>>, EngineError> {
        if self.is_over {
            return Ok(None);
        }
        let now = self.engine.now();
        self.engine.store.judge_again(self.admin.basis(now)).await?;
        let search = SearchSessions { filter: self.filter.clone(), after: self.after, limit: WINDOW, counted: WINDOW, now };
        let found = self.engine.store.search_sessions(search).await?;
        (self.after, self.is_over) = (found.next, found.next.is_none());
        Ok(Some(found.sessions.into_iter().map(|session| session.view(now)).collect::<Result<_, _>>()?))
    }
}
