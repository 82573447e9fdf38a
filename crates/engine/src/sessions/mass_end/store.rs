//! What mass ends ask of a store. One method is one transaction.

use async_trait::async_trait;

use super::MassEnd;
use crate::audit::{AuditEntry, RequestOrigin};
use crate::callers::{Basis, Reach};
use crate::clock::{Span, Timestamp};
use crate::cursor::Place;
use crate::error::StoreError;
use crate::ids::{MassEndNumber, MassEndUid, SessionNumber, UserNumber};
use crate::sessions::End;
use crate::sessions::searching::SessionFilter;

/// How long one is kept after it was settled.
pub const KEPT: Span = Span::from_seconds(30 * 86_400);

/// A mass end that is asked for.
#[derive(Clone, Debug)]
pub struct NewMassEnd {
    pub uid: MassEndUid,
    pub user: UserNumber,
    pub session: SessionNumber,
    pub reach: Reach,
    pub filter: SessionFilter,
    pub asked_at: Timestamp,
    pub meant: u64,
    pub origin: RequestOrigin,
    pub audit: AuditEntry,
}

/// The next sessions of one.
#[derive(Clone, Debug)]
pub struct MassEndBatch {
    pub number: MassEndNumber,
    pub sessions: Vec<SessionNumber>,
    pub end: End,
    /// Written once per session ended, each on its own session.
    pub audit: AuditEntry,
    /// Where the next batch begins; `None`: this is the last.
    pub next: Option<Place>,
    /// Written with the last batch; it gets the number of all that ended.
    pub settled: AuditEntry,
}

/// Mass ends in terms of rows. Implemented by `cloakroom-store`.
#[async_trait]
pub trait MassEndStore: Send + Sync {
    /// Keeps one that is asked for. Old ones that are settled go.
    async fn ask_mass_end(&self, by: Basis, new: NewMassEnd) -> Result<(), StoreError>;

    /// The oldest that is running.
    async fn running_mass_end(&self) -> Result<Option<MassEnd>, StoreError>;

    /// Ends the sessions of a batch that live, and notes how far it is, both or neither. Returns how many of them ended by it.
    async fn run_mass_end(&self, by: Basis, batch: MassEndBatch) -> Result<u64, StoreError>;

    /// Stops one that may not go on.
    async fn stop_mass_end(&self, number: MassEndNumber, at: Timestamp, audit: AuditEntry) -> Result<(), StoreError>;

    /// The newest `limit`; only those that `user` asked for, where one is given.
    async fn mass_ends(&self, user: Option<UserNumber>, limit: usize) -> Result<Vec<MassEnd>, StoreError>;

    /// One of them.
    async fn mass_end(&self, uid: MassEndUid) -> Result<Option<MassEnd>, StoreError>;
}
