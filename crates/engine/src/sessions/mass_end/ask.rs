//! Asking for one: how many it means, and that it be done.

use super::store::NewMassEnd;
use crate::audit::{Action, AuditEntry, RequestOrigin, ResourceKind};
use crate::callers::{OutOfReach, SessionEnder};
use crate::clock::Span;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::MassEndUid;
use crate::page::PageNumber;
use crate::sessions::admin::search::{Found, SessionQuery};
use crate::sessions::pages::ListScope;
use crate::sessions::searching::{SearchSessions, SearchedState, SessionFilter};

/// Looks that a count takes at most, and the sessions that one counts at most.
const LOOKS: usize = 50;
const IN_A_LOOK: usize = 10_000;

impl Engine {
    /// How many live sessions `query` selects, as exactly as a bounded number of looks tells.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn count_mass_end(&self, ender: &SessionEnder, query: &SessionQuery) -> Result<Result<Found, OutOfReach>, EngineError> {
        self.store_due_touches().await?;
        let now = self.now();
        let filter = match self.session_filter(ender.admin(), &live(query), now).await? {
            Ok(filter) => filter,
            Err(out) => return Ok(Err(out)),
        };
        if filter.is_of_scope_alone() {
            let page = PageNumber { page: 1, per_page: 0 }.into();
            let counted = self.store.page_of_scope(ListScope { scope: filter.scope, active_only: true, page, now }).await?;
            return Ok(Ok(Found::Exactly(counted.total)));
        }
        let (mut count, mut after) = (0, None);
        for _ in 0..LOOKS {
            let search = SearchSessions { filter: filter.clone(), after, limit: 0, counted: IN_A_LOOK, now };
            let found = self.store.search_sessions(search).await?;
            (count, after) = (count + found.count, found.next);
            if after.is_none() {
                return Ok(Ok(Found::Exactly(count)));
            }
        }
        Ok(Ok(Found::MoreThan(count)))
    }

    /// Asks that the live sessions which `query` selects be ended, but for the one that asks and those born later. `meant`: how many whoever
    /// asks was told. It is done in the background; what it is called is returned.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on; whether it was asked for may then be unknown.
    pub async fn ask_mass_end(
        &self,
        ender: &SessionEnder,
        query: &SessionQuery,
        meant: u64,
        origin: &RequestOrigin,
    ) -> Result<Result<MassEndUid, OutOfReach>, EngineError> {
        let (admin, now) = (ender.admin(), self.now());
        let (Some(user), Some(session)) = (admin.user(), admin.session()) else { return Ok(Err(OutOfReach)) };
        let filter = match self.session_filter(ender.admin(), &live(query), now).await? {
            Ok(filter) => filter,
            Err(out) => return Ok(Err(out)),
        };
        let born_by_now = now.plus(Span::from_millis(1));
        let filter = SessionFilter { created_to: Some(filter.created_to.unwrap_or(born_by_now)), ..filter };
        let uid = MassEndUid::mint(now, &*self.entropy)?;
        let mut audit = AuditEntry::success(now, Action::MassEndAsked, ResourceKind::Session, admin.actor(), origin.clone())
            .on(uid)
            .within(filter.scope.tenant)
            .with("meant", meant.to_string());
        let named = [("user", &query.user), ("tenant", &query.tenant), ("application", &query.application), ("address", &query.address)];
        for (name, value) in named {
            audit = value.iter().fold(audit, |audit, value| audit.with(name, value.clone()));
        }
        audit = query.device.iter().fold(audit, |audit, device| audit.with("device", device.as_str()));
        let new = NewMassEnd { uid, user, session, reach: admin.reach(), filter, asked_at: now, meant, origin: origin.clone(), audit };
        self.store.ask_mass_end(admin.basis(now), new).await?;
        Ok(Ok(uid))
    }
}

/// Those of a query that live.
fn live(query: &SessionQuery) -> SessionQuery {
    SessionQuery { state: SearchedState::Live, ..query.clone() }
}
