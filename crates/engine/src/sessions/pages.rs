//! Pages of sessions and of who has them: what is asked of a store, and what it finds.

use super::detail::DetailedSnapshot;
use super::scope::SessionScope;
use super::verdict::SessionSnapshot;
use crate::clock::Timestamp;
use crate::ids::{SessionNumber, TenantNumber, UserNumber, UserUid};
use crate::page::PageNumber;

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

/// A place in a list that is ordered by creation and number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ListPosition {
    pub created_at: Timestamp,
    pub number: SessionNumber,
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
    pub after: Option<ListPosition>,
    pub limit: usize,
    pub caption: Option<String>,
    pub label: Option<String>,
    pub archived: ArchivedFilter,
    pub now: Timestamp,
}

/// A page, and whether anything follows it.
#[derive(Clone, Debug)]
pub struct SessionPage {
    pub sessions: Vec<SessionSnapshot>,
    pub more: bool,
}

/// One numbered page of a scope.
#[derive(Clone, Copy, Debug)]
pub struct ListScope {
    pub scope: SessionScope,
    /// Live ones, or all that are recorded.
    pub active_only: bool,
    pub page: PageNumber,
    pub now: Timestamp,
}

/// A page as the store found it.
#[derive(Clone, Debug)]
pub struct ScopePage {
    pub sessions: Vec<DetailedSnapshot>,
    pub total: u64,
}

/// One numbered page of the users who have live sessions within a scope.
#[derive(Clone, Copy, Debug)]
pub struct ListUsers {
    /// Its user is not looked at.
    pub scope: SessionScope,
    pub page: PageNumber,
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

/// A page of users.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PageOfUsers {
    /// By username.
    pub users: Vec<UserWithSessions>,
    /// How many there are on all pages together.
    pub total: u64,
}

/// One numbered page of the live sessions that a user has within a scope.
#[derive(Clone, Copy, Debug)]
pub struct ListSessionsOfUser {
    pub user: UserUid,
    /// Its user is not looked at.
    pub scope: SessionScope,
    pub page: PageNumber,
    pub now: Timestamp,
}

/// Such a page as the store found it.
#[derive(Clone, Debug)]
pub struct FoundSessionsOfUser {
    pub username: String,
    pub is_operator: bool,
    /// Most lately active first, the number as tie-break.
    pub sessions: Vec<DetailedSnapshot>,
    pub total: u64,
}
