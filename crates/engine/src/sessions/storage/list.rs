//! Listing the owner's live sessions, oldest first.

use crate::callers::OwnedClient;
use crate::cursor::{Binding, Cursor, ListKind, NotOfThisList, Place};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::sessions::Session;
use crate::sessions::pages::{ArchivedFilter, ListOrder, ListSessions, Side};

/// A page of the owner's live sessions under the application's tenant, wherever they were born.
#[derive(Clone, Debug)]
pub struct StoredSessions {
    /// Oldest first, the number as tie-break.
    pub sessions: Vec<Session>,
    /// Where to go on; `None` on the last page.
    pub next: Option<Cursor>,
}

impl Engine {
    /// At most `limit` sessions from `after` on. A walk along the cursors visits everything that was there throughout exactly once.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn stored_sessions(
        &self,
        client: &OwnedClient,
        after: Option<Cursor>,
        limit: usize,
    ) -> Result<Result<StoredSessions, NotOfThisList>, EngineError> {
        let binding = Binding::of(ListKind::StoredSessions).number(client.record().number.0).number(client.owner().0);
        let after = match after.map(|after| binding.open(&self.keys, &after)).transpose() {
            Ok(after) => after,
            Err(not) => return Ok(Err(not)),
        };
        let list = ListSessions {
            user: client.owner(),
            under: Some(client.record().tenant_number()),
            side: Side::Live,
            order: ListOrder::OldestFirst,
            after,
            limit,
            caption: None,
            label: None,
            archived: ArchivedFilter::default(),
            now: self.now(),
        };
        let page = self.store.list_sessions(list).await?;
        let sessions: Vec<_> = page.sessions.into_iter().map(|placed| placed.snapshot.session).collect();
        let next = sessions.last().filter(|_| page.more).map(|session| binding.seal(&self.keys, Place::of(session)));
        Ok(Ok(StoredSessions { sessions, next }))
    }
}
