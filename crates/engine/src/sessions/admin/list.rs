//! Pages of sessions, newest first, with exact totals.

use crate::callers::{OutOfReach, SessionAdmin};
use crate::cursor::{Cursor, ListKind, PageAsked, Unlisted};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::page::ListPage;
use crate::sessions::detail::DetailedView;
use crate::sessions::pages::ListScope;
use crate::sessions::scope::NamedScope;

/// What is listed, or why nothing is.
pub type Listed<T> = Result<Result<ListPage<T, Cursor>, Unlisted<OutOfReach>>, EngineError>;

impl Engine {
    /// One page of the sessions that `named` selects, newest first, the number as tie-break. A walk along the cursors visits everything
    /// that was there throughout exactly once; one by numbers only if nothing changes meanwhile.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn list_sessions_of(
        &self,
        admin: &SessionAdmin,
        named: &NamedScope,
        active_only: bool,
        page: PageAsked,
    ) -> Listed<DetailedView> {
        let scope = match self.scope(admin, named).await? {
            Ok(scope) => scope,
            Err(out) => return Ok(Err(Unlisted::Refused(out))),
        };
        let binding = admin
            .binding(ListKind::Sessions)
            .byte(u8::from(active_only))
            .if_number(scope.tenant.map(|tenant| tenant.0))
            .if_number(scope.partner.map(|partner| partner.0))
            .if_number(scope.user.map(|user| user.0));
        let page = match binding.place(&self.keys, page) {
            Ok(page) => page,
            Err(not) => return Ok(Err(not.into())),
        };
        self.store_due_touches().await?;
        let now = self.now();
        let found = self.store.page_of_scope(ListScope { scope, active_only, page, now }).await?;
        Ok(Ok(binding.shown(&self.keys, found.try_map(|session| session.view(now))?)))
    }
}
