//! What reading, sealing and minimising the trail ask of a store. One method is one transaction.

use std::net::IpAddr;

use async_trait::async_trait;

use super::chain::{ChainHead, Link, Seal};
use super::checkpoint::Checkpoint;
use super::minimised::{MinimisedRange, ToldRange};
use super::recorded::RecordedEntry;
use super::{Action, AuditEntry, AuditResult, ResourceKind};
use crate::callers::Basis;
use crate::clock::Timestamp;
use crate::cursor::Place;
use crate::error::StoreError;
use crate::ids::{PartnerNumber, TenantNumber};
use crate::page::{ListPage, Paged};

/// The trail in terms of rows. Implemented by `cloakroom-store`.
#[async_trait]
pub trait AuditStore: Send + Sync {
    /// A page and the exact total, from one snapshot.
    async fn audit_page(&self, list: ListAudit) -> Result<ListPage<RecordedEntry, Place>, StoreError>;

    /// Appends an entry that tells of what changed nothing.
    async fn record_audit(&self, by: Basis, entry: AuditEntry) -> Result<(), StoreError>;

    /// Appends entries that tell of refusals, all or none.
    async fn record_refusals(&self, entries: Vec<AuditEntry>) -> Result<(), StoreError>;

    /// The last link; `None` before the first.
    async fn audit_head(&self) -> Result<Option<ChainHead>, StoreError>;

    /// The last link, and the oldest `limit` entries behind it in the order of commits, from one snapshot.
    async fn unsealed_audit(&self, limit: usize) -> Result<Unsealed, StoreError>;

    /// Appends links if the chain still ends where they begin, and counts what their entries tell of sessions; whether it did.
    async fn seal_audit(&self, links: NewLinks) -> Result<bool, StoreError>;

    /// The links of the window whose entries match, in order. A removed entry matches only an empty filter.
    async fn audit_links(&self, window: ExportWindow) -> Result<Vec<Link>, StoreError>;

    /// The oldest `limit` sealed entries that were not yet looked at, up to the first that is not due.
    async fn minimisable_audit(&self, due: AuditDue, limit: usize) -> Result<Option<MinimisableLinks>, StoreError>;

    /// Minimises the entries of the range, if they are still the next; whether they were. The entry is written where anything was
    /// minimised.
    async fn minimise_audit(&self, range: MinimisedRange, audit: AuditEntry) -> Result<bool, StoreError>;

    /// What the trail tells behind the entry `after` of ranges that were minimised, no more than `limit` of them.
    async fn minimised_ranges(&self, after: i64, limit: usize) -> Result<ToldRanges, StoreError>;

    /// The oldest `limit` links behind the checkpoint, from one snapshot.
    async fn oldest_audit_links(&self, limit: usize) -> Result<OldestLinks, StoreError>;

    /// Lets entries and links go, if the chain still begins where it did; whether it did.
    async fn retire_audit_links(&self, retire: RetireLinks, audit: AuditEntry) -> Result<bool, StoreError>;
}

/// What an entry must be like.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AuditFilter {
    pub actor_id: Option<String>,
    pub action: Option<Action>,
    pub resource: Option<ResourceKind>,
    pub resource_id: Option<String>,
    pub result: Option<AuditResult>,
    /// Inclusive.
    pub from: Option<Timestamp>,
    /// Exclusive.
    pub to: Option<Timestamp>,
    pub address: Option<AddressFilter>,
}

/// Where a request must have come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AddressFilter {
    /// A minimised entry is from nowhere exactly.
    Exactly(IpAddr),
    /// From the first address to the last, both included. A minimised entry counts as the first address of its network.
    Within(IpAddr, IpAddr),
}

/// Whose entries: those of the tenant, of the partner's tenants, or of all and of none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct AuditScope {
    pub tenant: Option<TenantNumber>,
    pub partner: Option<PartnerNumber>,
}

/// One page, newest first.
#[derive(Clone, Debug)]
pub struct ListAudit {
    pub scope: AuditScope,
    pub filter: AuditFilter,
    /// A place is the sequence of an entry.
    pub page: Paged<Place>,
}

/// Some links, and which of their entries match.
#[derive(Clone, Debug)]
pub struct ExportWindow {
    pub scope: AuditScope,
    pub filter: AuditFilter,
    /// Exclusive.
    pub after: i64,
    /// Inclusive.
    pub through: i64,
}

/// Which entries are due.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AuditDue {
    /// Those from before.
    pub before: Timestamp,
    /// And those from after: a time that far ahead was never true, and must not keep what follows it waiting for ever.
    pub after: Timestamp,
}

impl AuditDue {
    pub fn includes(&self, at: Timestamp) -> bool {
        at < self.before || at > self.after
    }
}

/// The next links to be minimised.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MinimisableLinks {
    pub first: i64,
    pub last: i64,
    /// Of the last one.
    pub hash: [u8; 32],
    pub looked_at: usize,
    /// How many of them somebody erased before.
    pub without_salt: usize,
}

/// Ranges that the trail tells of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ToldRanges {
    pub ranges: Vec<ToldRange>,
    /// The last entry looked at, where there may be more.
    pub through: Option<i64>,
}

/// How the chain begins.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OldestLinks {
    pub checkpoint: Option<Checkpoint>,
    /// Position of the last link of all.
    pub head: Option<i64>,
    pub links: Vec<Link>,
    /// Sequences of all entries up to the last of these links.
    pub standing: Vec<i64>,
}

/// Lets everything up to the checkpoint go.
#[derive(Clone, Copy, Debug)]
pub struct RetireLinks {
    /// Position of the checkpoint before; 0 for none.
    pub after: i64,
    pub checkpoint: Checkpoint,
}

/// The oldest entries that are not sealed, and what they follow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unsealed {
    pub head: Option<ChainHead>,
    pub checkpoint: Option<Checkpoint>,
    /// In the order of commits.
    pub entries: Vec<RecordedEntry>,
}

/// The next links of the chain.
#[derive(Clone, Debug)]
pub struct NewLinks {
    /// The link that they follow; 0 for none.
    pub after: i64,
    /// Sequences and seals, in order.
    pub seals: Vec<(i64, Seal)>,
    /// When they are made: what was counted long before is forgotten.
    pub at: Timestamp,
}
