//! The live sessions of one user.

use crate::callers::Operator;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::UserUid;
use crate::page::PageNumber;
use crate::sessions::detail::DetailedView;
use crate::sessions::pages::{FoundSessionsOfUser, ListSessionsOfUser};

/// A page as it is shown. It is empty alike for a user without sessions within reach and for an unknown user.
#[derive(Clone, Debug, Default)]
pub struct SessionsOfUser {
    pub username: String,
    pub is_operator: bool,
    /// Most lately active first, the number as tie-break.
    pub sessions: Vec<DetailedView>,
    /// How many there are on all pages together.
    pub total: u64,
}

impl Engine {
    /// One page of the user's live sessions within reach; empty for an unknown user.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn live_sessions_of(&self, operator: &Operator, user: UserUid, page: PageNumber) -> Result<SessionsOfUser, EngineError> {
        let now = self.now();
        let list = ListSessionsOfUser { user, scope: operator.reach().into(), page, now };
        let Some(found) = self.store.page_of_user(list).await? else {
            return Ok(SessionsOfUser::default());
        };
        let FoundSessionsOfUser { username, is_operator, sessions, total } = found;
        let sessions = sessions.into_iter().map(|session| session.view(now)).collect::<Result<_, _>>()?;
        Ok(SessionsOfUser { username, is_operator, sessions, total })
    }
}
