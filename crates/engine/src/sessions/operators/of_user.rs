//! The live sessions of one user.

use crate::callers::Operator;
use crate::cursor::{Cursor, ListKind, NotOfThisList, PageAsked};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::UserUid;
use crate::page::ListPage;
use crate::sessions::detail::DetailedView;
use crate::sessions::pages::{FoundSessionsOfUser, ListSessionsOfUser};

/// A page as it is shown. It is empty alike for a user without sessions within reach and for an unknown user.
#[derive(Clone, Debug)]
pub struct SessionsOfUser {
    pub username: String,
    pub is_operator: bool,
    /// Most lately active first, the number as tie-break.
    pub page: ListPage<DetailedView, Cursor>,
}

impl Engine {
    /// One page of the user's live sessions within reach; empty for an unknown user. Use moves a session to the front: a walk along the
    /// cursors visits everything that was there throughout, and was not used meanwhile, exactly once.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn live_sessions_of(
        &self,
        operator: &Operator,
        user: UserUid,
        page: PageAsked,
    ) -> Result<Result<SessionsOfUser, NotOfThisList>, EngineError> {
        let binding = operator.binding(ListKind::SessionsOfUser).bytes(user.as_bytes());
        let page = match binding.place(&self.keys, page) {
            Ok(page) => page,
            Err(not) => return Ok(Err(not)),
        };
        let now = self.now();
        let list = ListSessionsOfUser { user, scope: operator.reach().into(), page, now };
        let Some(FoundSessionsOfUser { username, is_operator, page }) = self.store.page_of_user(list).await? else {
            return Ok(Ok(SessionsOfUser { username: String::new(), is_operator: false, page: ListPage::EMPTY }));
        };
        let page = binding.shown(&self.keys, page.try_map(|session| session.view(now))?);
        Ok(Ok(SessionsOfUser { username, is_operator, page }))
    }
}
