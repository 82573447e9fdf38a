//! What notices of ended sessions ask of a store. One method is one transaction.

use async_trait::async_trait;

use super::{DueLogout, LogoutNumber, LogoutRecord, LogoutStatus};
use crate::audit::AuditEntry;
use crate::clock::Timestamp;
use crate::cursor::Place;
use crate::error::StoreError;
use crate::ids::ApplicationNumber;
use crate::page::{ListPage, Paged};

/// A notice that is about to be delivered.
#[derive(Clone, Copy, Debug)]
pub struct TakenLogout {
    pub number: LogoutNumber,
    /// Attempts before this one: where they are others by now, somebody else takes it.
    pub attempts: u32,
    /// When it is due again, should nothing be heard of this attempt.
    pub due_again: Timestamp,
}

/// How an attempt went.
#[derive(Clone, Debug)]
pub struct SettledLogout {
    pub number: LogoutNumber,
    /// Why it failed; `None`: delivered.
    pub problem: Option<String>,
    /// Whether there is no further attempt, and the line of the trail that says so.
    pub given_up: Option<AuditEntry>,
    pub at: Timestamp,
}

/// The notices of an application, the newest first.
#[derive(Clone, Debug)]
pub struct ListLogouts {
    pub application: ApplicationNumber,
    pub status: Option<LogoutStatus>,
    /// A place is the number of a notice.
    pub page: Paged<Place>,
}

/// Notices in terms of rows. Implemented by `cloakroom-store`.
#[async_trait]
pub trait LogoutStore: Send + Sync {
    /// The notices that are due at `now` of applications that may be told, at most so many of each, the longest due first.
    async fn due_logouts(&self, now: Timestamp, of_each: u32) -> Result<Vec<DueLogout>, StoreError>;

    /// Counts an attempt for each of these that nobody else took. Returns those.
    async fn take_logouts(&self, taken: Vec<TakenLogout>) -> Result<Vec<LogoutNumber>, StoreError>;

    /// Records how an attempt went.
    async fn settle_logout(&self, settled: SettledLogout) -> Result<(), StoreError>;

    /// Forgets at most `limit` notices of sessions that ended before this, delivered or not. Returns how many.
    async fn forget_logouts(&self, ended_before: Timestamp, limit: usize) -> Result<usize, StoreError>;

    /// The notices of an application.
    async fn logouts(&self, list: ListLogouts) -> Result<ListPage<LogoutRecord, Place>, StoreError>;
}
