//! Numbered pages of sessions, newest first, with exact totals.

use super::scope::{NamedScope, SessionScope};
use super::{OutOfReach, SessionAdmin};
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::sessions::detail::{DetailedSnapshot, DetailedView};

/// Which page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PageNumber {
    /// From 1.
    pub page: u64,
    pub per_page: u32,
}

impl PageNumber {
    /// How many entries stand on the pages before this one.
    pub const fn before(self) -> u64 {
        self.page.saturating_sub(1).saturating_mul(self.per_page as u64)
    }
}

/// One numbered page of a scope.
#[derive(Clone, Copy, Debug)]
pub struct ListScope {
    pub scope: SessionScope,
    /// Live ones, or all that are recorded.
    pub active_only: bool,
    pub page: PageNumber,
    pub now: Timestamp,
}

/// A page as the store found it.
#[derive(Clone, Debug)]
pub struct ScopePage {
    pub sessions: Vec<DetailedSnapshot>,
    pub total: u64,
}

/// A page as it is shown.
#[derive(Clone, Debug)]
pub struct ListedPage {
    /// Newest first, the number as tie-break.
    pub sessions: Vec<DetailedView>,
    /// How many there are on all pages together.
    pub total: u64,
}

impl Engine {
    /// One page of the sessions that `named` means. Walking the pages at rest visits everything exactly once.
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
