//! Which of these is which transaction.

use async_trait::async_trait;
use cloakroom_engine::audit::AuditEntry;
use cloakroom_engine::audit::chain::{ChainHead, Link};
use cloakroom_engine::audit::store::{AuditPage, AuditStore, ExportWindow, ListAudit, MinimiseDue, NewLinks, Unsealed};
use cloakroom_engine::error::StoreError;

use super::{append, chain, list, minimise};
use crate::Database;
use crate::driver::WriteClass;

#[async_trait]
impl AuditStore for Database {
    async fn audit_page(&self, wanted: ListAudit) -> Result<AuditPage, StoreError> {
        self.driver.read(move |conn| Box::pin(list::page(conn, wanted))).await
    }

    async fn record_audit(&self, entry: AuditEntry) -> Result<(), StoreError> {
        self.write(WriteClass::Ordinary, move |conn, _| Box::pin(async move { Ok(append(conn, &entry).await?) })).await
    }

    async fn audit_head(&self) -> Result<Option<ChainHead>, StoreError> {
        self.driver.read_point(|conn| Box::pin(async move { Ok(chain::head(conn).await?) })).await
    }

    async fn unsealed_audit(&self, limit: usize) -> Result<Unsealed, StoreError> {
        self.driver.read(move |conn| Box::pin(chain::unsealed(conn, limit))).await
    }

    async fn seal_audit(&self, links: NewLinks) -> Result<bool, StoreError> {
        self.write(WriteClass::Ordinary, move |conn, _| Box::pin(async move { chain::append_links(conn, &links).await })).await
    }

    async fn audit_links(&self, window: ExportWindow) -> Result<Vec<Link>, StoreError> {
        self.driver.read(move |conn| Box::pin(chain::within(conn, window))).await
    }

    async fn minimise_audit(&self, due: MinimiseDue, limit: usize, audit: AuditEntry) -> Result<(usize, bool), StoreError> {
        self.write(WriteClass::Ordinary, move |conn, _| Box::pin(async move { minimise::minimise(conn, due, limit, &audit).await })).await
    }
}
