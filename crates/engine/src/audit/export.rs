//! Carrying the trail elsewhere: sealed entries in the order of commits, from where the export began.

use std::sync::Arc;

use super::chain::Link;
use super::list::AuditQuery;
use super::store::{AuditFilter, AuditScope, ExportWindow};
use super::{Action, AuditEntry, RequestOrigin, ResourceKind};
use crate::callers::{OutOfReach, SessionAdmin};
use crate::engine::Engine;
use crate::error::EngineError;

/// How many links one read looks at, whatever number of them it finds.
const WINDOW: i64 = 2048;

/// How many entries one transaction seals.
const BATCH: usize = 2048;

/// An export under way.
#[derive(Debug)]
pub struct AuditExport {
    engine: Arc<Engine>,
    /// Whose it is: judged again for each window.
    admin: SessionAdmin,
    scope: AuditScope,
    filter: AuditFilter,
    /// The last link that was looked at.
    after: i64,
    /// The last link there was when it began.
    through: i64,
}

impl Engine {
    /// Begins an export of everything that was committed before it, this being told to the trail included. `after` is the link that
    /// an earlier export came to.
    ///
    /// # Errors
    /// The store's; then nothing is exported.
    pub async fn export_audit(
        self: &Arc<Self>,
        admin: &SessionAdmin,
        query: AuditQuery,
        after: i64,
        origin: &RequestOrigin,
    ) -> Result<Result<AuditExport, OutOfReach>, EngineError> {
        let scope = match self.audit_scope(admin, &query).await? {
            Ok(scope) => scope,
            Err(out) => return Ok(Err(out)),
        };
        let entry = AuditEntry::success(self.now(), Action::AuditExported, ResourceKind::Audit, admin.actor(), origin.clone())
            .within(scope.tenant)
            .with("after", after.to_string())
            .with("filtered", if query == AuditQuery::default() { "false" } else { "true" });
        self.store.record_audit(admin.basis(entry.at), entry).await?;
        while self.seal_audit_entries(BATCH).await?.1 {}
        let through = self.store.audit_head().await?.map_or(0, |head| head.position);
        Ok(Ok(AuditExport { engine: Arc::clone(self), admin: admin.clone(), scope, filter: query.filter, after, through }))
    }
}

impl AuditExport {
    /// The next entries; `None` after the last.
    ///
    /// # Errors
    /// The store's; where the caller may not see them any more, none follow.
    pub async fn next(&mut self) -> Result<Option<Vec<Link>>, EngineError> {
        if self.after >= self.through {
            return Ok(None);
        }
        self.engine.store.judge_again(self.admin.basis(self.engine.now())).await?;
        let through = self.after.saturating_add(WINDOW).min(self.through);
        let window = ExportWindow { scope: self.scope, filter: self.filter.clone(), after: self.after, through };
        let links = self.engine.store.audit_links(window).await?;
        self.after = through;
        Ok(Some(links))
    }
}
