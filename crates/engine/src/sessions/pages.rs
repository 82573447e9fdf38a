//! Pages of sessions and of who has them: what is asked of a store, and what it finds.

use super::Session;
use super::detail::{DetailedSnapshot, PlacedSnapshot};
use super::scope::SessionScope;
use crate::clock::Timestamp;
use crate::cursor::Place;
use crate::ids::{TenantNumber, UserNumber, UserUid};
use crate::page::{ListPage, Paged};

/// Which of a user's sessions a list shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    Live,
    Ended,
}

/// Which way a list goes, by creation and number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ListOrder {
    NewestFirst,
    OldestFirst,
}

/// Whether archived sessions are listed too, and those of which time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ArchivedFilter {
    pub include: bool,
    /// Inclusive bound on the time of archiving.
    pub from: Option<Timestamp>,
    /// Exclusive bound.
    pub to: Option<Timestamp>,
}

/// One page of one user's sessions by creation, the number as tie-break.
#[derive(Clone, Debug)]
pub struct ListSessions {
    pub user: UserNumber,
    /// Only those that belong to this tenant, or to none where that is `None`.
    pub under: Option<Option<TenantNumber>>,
    pub side: Side,
    pub order: ListOrder,
    pub after: Option<Place>,
    pub limit: usize,
    pub caption: Option<String>,
    pub label: Option<String>,
    pub archived: ArchivedFilter,
    pub now: Timestamp,
}

/// A page, and whether anything follows it.
#[derive(Clone, Debug)]
pub struct SessionPage {
    pub sessions: Vec<PlacedSnapshot>,
    pub more: bool,
}

/// One page of the live sessions of a user, by creation, newest first.
#[derive(Clone, Copy, Debug)]
pub struct ListOwnSessions {
    pub user: UserNumber,
    /// Only those that belong to this tenant.
    pub under: Option<TenantNumber>,
    pub page: Paged<Place>,
    pub now: Timestamp,
}

/// Such a page, and whether anything follows it.
#[derive(Clone, Debug)]
pub struct OwnSessions {
    pub sessions: Vec<DetailedSnapshot>,
    pub more: bool,
}

/// One page of a scope, by creation, newest first.
#[derive(Clone, Copy, Debug)]
pub struct ListScope {
    pub scope: SessionScope,
    /// Live ones, or all that are recorded.
    pub active_only: bool,
    pub page: Paged<Place>,
    pub now: Timestamp,
}

/// One page of the users who have live sessions within a scope.
#[derive(Clone, Copy, Debug)]
pub struct ListUsers {
    /// Its user is not looked at.
    pub scope: SessionScope,
    /// A place is the number of a user.
    pub page: Paged<Place>,
    pub now: Timestamp,
}

/// A user who has live sessions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UserWithSessions {
    pub uid: UserUid,
    pub username: String,
    pub is_operator: bool,
    /// How many of them live within the scope.
    pub live: u64,
}

/// One page of the live sessions that a user has within a scope.
#[derive(Clone, Copy, Debug)]
pub struct ListSessionsOfUser {
    pub user: UserUid,
    /// Its user is not looked at.
    pub scope: SessionScope,
    /// A place is by last activity.
    pub page: Paged<Place>,
    pub now: Timestamp,
}

/// Such a page as the store found it.
#[derive(Clone, Debug)]
pub struct FoundSessionsOfUser {
    pub username: String,
    pub is_operator: bool,
    /// Most lately active first, the number as tie-break.
    pub page: ListPage<DetailedSnapshot, Place>,
}

impl Place {
    /// Of a session in a list by creation.
    pub fn of(session: &Session) -> Self {
        Self { at: session.created_at, number: session.number.0 }
    }

    /// Of a session in a list by last activity.
    pub fn by_activity(session: &Session) -> Self {
        Self { at: session.activity.last_active_at, number: session.number.0 }
    }
}
