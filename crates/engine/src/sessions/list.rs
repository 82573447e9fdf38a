//! Listing the caller's own sessions: the live ones, the ended ones, or both sides by side.

use super::cursor::{Cursor, CursorRefused};
use super::detail::PlacedView;
use super::pages::{ArchivedFilter, ListOrder, ListSessions, Side};
use crate::callers::EndUser;
use crate::clock::Timestamp;
use crate::cursor::{Binding, ListKind, Place};
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
    pub sessions: Vec<PlacedView>,
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
            let binding = binding(caller.user().0, *side, query);
            let Ok(after) = after.map(|after| binding.open(&self.keys, &after)).transpose() else {
                return Ok(Err(CursorRefused(*side)));
            };
            listed.push(self.list_side(caller, query, *side, after, &binding, now).await?);
        }
        Ok(Ok(listed))
    }

    async fn list_side(
        &self,
        caller: &EndUser,
        query: &ListQuery,
        side: Side,
        after: Option<Place>,
        binding: &Binding,
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
        let sessions = page.sessions.into_iter().map(|placed| placed.view(now)).collect::<Result<Vec<_>, _>>()?;
        let last = sessions.last().filter(|_| page.more);
        let next = last.map(|placed| binding.seal(&self.keys, Place::of(&placed.view.session)));
        Ok(SideListed { side, sessions, next })
    }
}

/// Everything that a cursor is bound to.
fn binding(caller: i64, side: Side, query: &ListQuery) -> Binding {
    let list = match side {
        Side::Live => ListKind::LiveSessions,
        Side::Ended => ListKind::EndedSessions,
    };
    let ArchivedFilter { include, from, to } = query.archived;
    let named = Binding::of(list).number(caller).if_text(query.caption.as_deref()).if_text(query.label.as_deref());
    named.byte(u8::from(include)).if_moment(from).if_moment(to)
}
