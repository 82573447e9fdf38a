//! Listing the caller's own sessions: the live ones, the ended ones, or both sides by side.

use super::SessionView;
use super::cursor::{self, Cursor, CursorRefused};
use super::pages::{ArchivedFilter, ListOrder, ListPosition, ListSessions, Side};
use super::verdict::view;
use crate::callers::EndUser;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::EngineError;

/// One side of a list that is asked for, and where to go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SideQuery {
    pub side: Side,
    /// `None` starts at the newest.
    pub after: Option<Cursor>,
}

/// What to list.
#[derive(Clone, Debug)]
pub struct ListQuery {
    /// One or both sides; `limit` counts for each.
    pub sides: Vec<SideQuery>,
    pub limit: usize,
    /// Exactly this caption.
    pub caption: Option<String>,
    /// Exactly this label.
    pub label: Option<String>,
    pub archived: ArchivedFilter,
}

/// One side's page.
#[derive(Clone, Debug)]
pub struct SideListed {
    pub side: Side,
    /// Newest first, the number as tie-break.
    pub sessions: Vec<SessionView>,
    /// Where to go on; `None` when this side is exhausted.
    pub next: Option<Cursor>,
}

impl Engine {
    /// Lists the caller's sessions, each side newest first. A walk along the cursors visits everything that was there throughout
    /// exactly once.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn list_sessions(&self, caller: &EndUser, query: &ListQuery) -> Result<Result<Vec<SideListed>, CursorRefused>, EngineError> {
        let now = self.now();
        let mut listed = Vec::with_capacity(query.sides.len());
        for SideQuery { side, after } in &query.sides {
            let context = context(caller.user().0, *side, query);
            let after = match after.map(|after| cursor::open(&self.keys, &after, &context)) {
                Some(None) => return Ok(Err(CursorRefused(*side))),
                Some(position) => position,
                None => None,
            };
            listed.push(self.list_side(caller, query, *side, after, &context, now).await?);
        }
        Ok(Ok(listed))
    }

    async fn list_side(
        &self,
        caller: &EndUser,
        query: &ListQuery,
        side: Side,
        after: Option<ListPosition>,
        context: &[u8],
        now: Timestamp,
    ) -> Result<SideListed, EngineError> {
        let list = ListSessions {
            under: None,
            user: caller.user(),
            side,
            order: ListOrder::NewestFirst,
            after,
            limit: query.limit,
            caption: query.caption.clone(),
            label: query.label.clone(),
            archived: query.archived,
            now,
        };
        let page = self.store.list_sessions(list).await?;
        let sessions = page.sessions.into_iter().map(|snapshot| view(snapshot, now)).collect::<Result<Vec<_>, _>>()?;
        let last = sessions.last().filter(|_| page.more);
        let next = last.map(|SessionView { session, .. }| {
            cursor::seal(&self.keys, ListPosition { created_at: session.created_at, number: session.number }, context)
        });
        Ok(SideListed { side, sessions, next })
    }
}

/// Everything that a cursor is bound to, unambiguously: each part is preceded by whether it is there and how long it is.
fn context(caller: i64, side: Side, query: &ListQuery) -> Vec<u8> {
    let mut context = vec![match side {
        Side::Live => 1,
        Side::Ended => 2,
    }];
    context.extend(caller.to_be_bytes());
    for text in [&query.caption, &query.label] {
        context.push(u8::from(text.is_some()));
        let text = text.as_deref().unwrap_or_default();
        context.extend((text.len() as u64).to_be_bytes());
        context.extend(text.as_bytes());
    }
    context.push(u8::from(query.archived.include));
    for bound in [query.archived.from, query.archived.to] {
        context.push(u8::from(bound.is_some()));
        context.extend(bound.unwrap_or_default().as_millis().to_be_bytes());
    }
    context
}
