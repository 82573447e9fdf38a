//! What reading, sealing and minimising the trail ask of a store. One method is one transaction.

use async_trait::async_trait;

use super::AuditEntry;
use super::chain::{ChainHead, Link};
use super::export::ExportWindow;
use super::list::{AuditPage, ListAudit};
use super::minimise::MinimiseDue;
use super::seal::{NewLinks, Unsealed};
use crate::store::StoreError;

/// The trail in terms of rows. Implemented by `cloakroom-store`.
#[async_trait]
pub trait AuditStore: Send + Sync {
    /// A page and the exact total, from one snapshot.
    async fn audit_page(&self, list: ListAudit) -> Result<AuditPage, StoreError>;

    /// Appends an entry that tells of what changed nothing.
    async fn record_audit(&self, entry: AuditEntry) -> Result<(), StoreError>;

    /// The last link; `None` before the first.
    async fn audit_head(&self) -> Result<Option<ChainHead>, StoreError>;

    /// The last link, and the oldest `limit` entries behind it in the order of commits, from one snapshot.
    async fn unsealed_audit(&self, limit: usize) -> Result<Unsealed, StoreError>;

    /// Appends links if the chain still ends where they begin; whether it did.
    async fn seal_audit(&self, links: NewLinks) -> Result<bool, StoreError>;

    /// The links of the window whose entries are meant, in order; a removed entry is meant by nobody who narrows anything.
    async fn audit_links(&self, window: ExportWindow) -> Result<Vec<Link>, StoreError>;

    /// Minimises the oldest `limit` sealed entries that were not yet looked at, up to the first that is not due. Returns how many it
    /// looked at and whether more may be due. The entry is written where anything was minimised.
    async fn minimise_audit(&self, due: MinimiseDue, limit: usize, audit: AuditEntry) -> Result<(usize, bool), StoreError>;
}
