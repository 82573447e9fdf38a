//! Listing the owner's live sessions, oldest first.

use crate::callers::OwnedClient;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::sessions::Session;
use crate::sessions::cursor::{self, Cursor, CursorRefused};
use crate::sessions::pages::{ArchivedFilter, ListOrder, ListPosition, ListSessions, Side};

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
    ) -> Result<Result<StoredSessions, CursorRefused>, EngineError> {
        let context = context(client.record().number.0, client.owner().0);
        let after = match after.map(|after| cursor::open(&self.keys, &after, &context)) {
            Some(None) => return Ok(Err(CursorRefused(Side::Live))),
            Some(position) => position,
            None => None,
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
        let sessions: Vec<_> = page.sessions.into_iter().map(|snapshot| snapshot.session).collect();
        let last = sessions.last().filter(|_| page.more);
        let place = |session: &Session| ListPosition { created_at: session.created_at, number: session.number };
        let next = last.map(|session| cursor::seal(&self.keys, place(session), &context));
        Ok(Ok(StoredSessions { sessions, next }))
    }
}

/// What a place in the list of session storage is bound to: the application and the user it acts for. Nothing else begins with 3.
fn context(application: i64, owner: i64) -> Vec<u8> {
    let mut context = vec![3];
    context.extend(application.to_be_bytes());
    context.extend(owner.to_be_bytes());
    context
}
