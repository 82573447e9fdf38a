//! Searching among the sessions within reach, as people do it: by names, addresses, devices and ages.

use crate::callers::{OutOfReach, SessionAdmin};
use crate::clock::{Span, Timestamp};
use crate::cursor::{Binding, Cursor, ListKind, Place, Unlisted};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::{ApplicationUid, TenantUid, UserUid};
use crate::page::{PageNumber, Paged};
use crate::sessions::credentials::SignInName;
use crate::sessions::detail::DetailedView;
use crate::sessions::pages::ListScope;
use crate::sessions::scope::NamedScope;
use crate::sessions::searching::{
    NO_APPLICATION, SearchSessions, SearchedSessions, SearchedState, SessionFilter, SoughtApplication, SoughtNames,
};
use crate::sessions::{DeviceType, EndReason};

/// How many are counted where no count is kept.
pub const COUNTED: usize = 1000;

/// What somebody looks for. What is `None` narrows nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SessionQuery {
    /// A user's id, username or address.
    pub user: Option<String>,
    /// A tenant's id or code.
    pub tenant: Option<String>,
    /// An application's id or client id.
    pub application: Option<String>,
    /// The address that a session was created from, or its beginning.
    pub address: Option<String>,
    pub device: Option<DeviceType>,
    /// Born no longer ago.
    pub younger: Option<Span>,
    /// Born longer ago.
    pub older: Option<Span>,
    pub state: SearchedState,
}

/// How many sessions a query selects.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    Exactly(u64),
    MoreThan(u64),
}

impl Found {
    /// The number that is told.
    pub const fn number(self) -> u64 {
        match self {
            Self::Exactly(number) | Self::MoreThan(number) => number,
        }
    }
}

/// What was found, some of it.
#[derive(Clone, Debug)]
pub struct SessionSearch {
    pub sessions: Vec<DetailedView>,
    pub found: Found,
    /// When it was counted.
    pub at: Timestamp,
    pub next: Option<Cursor>,
}

impl Engine {
    /// Up to `limit` of the sessions that `query` selects, from the newest or behind `after`, and how many there are. Exact is the count of
    /// the live ones of a scope; where it would take a look at each, no more than [`COUNTED`] are counted, among those that one look finds.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn search_sessions_of(
        &self,
        admin: &SessionAdmin,
        query: &SessionQuery,
        (after, limit): (Option<Cursor>, u32),
    ) -> Result<Result<SessionSearch, Unlisted<OutOfReach>>, EngineError> {
        let binding = query.binding(admin);
        let after = match after.map(|cursor| binding.open(&self.keys, &cursor)).transpose() {
            Ok(after) => after,
            Err(not) => return Ok(Err(not.into())),
        };
        self.store_due_touches().await?;
        let now = self.now();
        let filter = match self.session_filter(admin, query, now).await? {
            Ok(filter) => filter,
            Err(out) => return Ok(Err(Unlisted::Refused(out))),
        };
        let (found, count) = self.counted_search(filter, after, limit, now).await?;
        Ok(Ok(SessionSearch {
            sessions: found.sessions.into_iter().map(|session| session.view(now)).collect::<Result<_, _>>()?,
            found: count,
            at: now,
            next: found.next.map(|place| binding.seal(&self.keys, place)),
        }))
    }

    async fn counted_search(
        &self,
        filter: SessionFilter,
        after: Option<Place>,
        limit: u32,
        now: Timestamp,
    ) -> Result<(SearchedSessions, Found), EngineError> {
        if filter.is_of_scope_alone() {
            let page = match after {
                Some(place) => Paged::After { place, per_page: limit },
                None => PageNumber { page: 1, per_page: limit }.into(),
            };
            let page = self.store.page_of_scope(ListScope { scope: filter.scope, active_only: true, page, now }).await?;
            let found = SearchedSessions { sessions: page.rows, count: page.total, is_all: true, next: page.next };
            return Ok((found, Found::Exactly(page.total)));
        }
        let search = SearchSessions { filter, after, limit: limit as usize, counted: COUNTED, now };
        let found = self.store.search_sessions(search).await?;
        let count = if found.is_all && after.is_none() { Found::Exactly(found.count) } else { Found::MoreThan(found.count) };
        Ok((found, count))
    }

    /// The filter that `query` means at `now`; what it names must exist within reach. An application is looked for wherever it is: one that
    /// is out of reach opened no session within it, like one that does not exist.
    pub(crate) async fn session_filter(
        &self,
        admin: &SessionAdmin,
        query: &SessionQuery,
        now: Timestamp,
    ) -> Result<Result<SessionFilter, OutOfReach>, EngineError> {
        let uids = (query.user.as_deref().map(UserUid::parse), query.tenant.as_deref().map(TenantUid::parse));
        let sought = SoughtNames {
            user: query.user.clone().filter(|_| uids.0 == Some(None)).map(|name| SignInName::Either(name).sought()),
            tenant: query.tenant.as_ref().filter(|_| uids.1 == Some(None)).map(|code| code.trim().to_lowercase()),
            application: query.application.as_ref().map(|text| {
                let text = text.trim();
                ApplicationUid::parse(text).map_or_else(|| SoughtApplication::ClientId(text.to_owned()), SoughtApplication::Uid)
            }),
        };
        let names = self.store.found_names(sought).await?;
        let user = uids.0.map(|uid| uid.or(names.user).ok_or(OutOfReach)).transpose();
        let tenant = uids.1.map(|uid| uid.or(names.tenant).ok_or(OutOfReach)).transpose();
        let (Ok(user), Ok(tenant)) = (user, tenant) else { return Ok(Err(OutOfReach)) };
        let scope = match self.scope(admin, &NamedScope { tenant, partner: None, user }).await? {
            Ok(scope) => scope,
            Err(out) => return Ok(Err(out)),
        };
        Ok(Ok(SessionFilter {
            scope,
            state: query.state,
            application: query.application.as_ref().map(|_| names.application.unwrap_or(NO_APPLICATION)),
            address: query.address.clone(),
            device: query.device,
            created_from: query.younger.map(|span| now.minus(span)),
            created_to: query.older.map(|span| now.minus(span)),
        }))
    }
}

impl SessionQuery {
    /// What a place in what it selects is bound to.
    fn binding(&self, admin: &SessionAdmin) -> Binding {
        let (state, reason) = match self.state {
            SearchedState::Live => (0, None),
            SearchedState::Dead(reason) => (1, reason),
        };
        admin
            .binding(ListKind::SearchedSessions)
            .byte(state)
            .if_text(reason.map(EndReason::as_str))
            .if_text(self.user.as_deref())
            .if_text(self.tenant.as_deref())
            .if_text(self.application.as_deref())
            .if_text(self.address.as_deref())
            .if_text(self.device.map(DeviceType::as_str))
            .if_number(self.younger.map(Span::as_millis))
            .if_number(self.older.map(Span::as_millis))
    }
}
