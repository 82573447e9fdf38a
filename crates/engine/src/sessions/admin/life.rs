//! One session with its whole life: how it is, and what the trail says of it.

use crate::audit::list::AuditQuery;
use crate::audit::recorded::RecordedEntry;
use crate::audit::store::AuditFilter;
use crate::callers::{OutOfReach, SessionAdmin};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::SessionUid;
use crate::page::PageNumber;
use crate::sessions::detail::DetailedView;
use crate::sessions::metadata::SessionMetadata;

/// How many lines of the trail are shown, the latest.
const LINES: u32 = 100;

/// A session's life.
#[derive(Clone, Debug)]
pub struct SessionLife {
    pub session: DetailedView,
    /// What applications keep with it.
    pub metadata: SessionMetadata,
    /// What the trail says of it, the latest first.
    pub lines: Vec<RecordedEntry>,
    /// How many lines there are in all.
    pub total: u64,
}

impl Engine {
    /// The life of a session within reach. `trail`: who may read the trail; without them it has no lines.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn session_life(
        &self,
        admin: &SessionAdmin,
        trail: Option<&SessionAdmin>,
        session: SessionUid,
    ) -> Result<Result<SessionLife, OutOfReach>, EngineError> {
        let shown = match self.session_of(admin, None, session).await? {
            Ok(shown) => shown,
            Err(out) => return Ok(Err(out)),
        };
        let kept = self.store.session_metadata(vec![shown.view.session.number]).await?;
        let metadata = kept.into_iter().next().map(|kept| kept.metadata).unwrap_or_default();
        let Some(trail) = trail else { return Ok(Ok(SessionLife { session: shown, metadata, lines: Vec::new(), total: 0 })) };
        let filter = AuditFilter { resource_id: Some(session.to_string()), ..AuditFilter::default() };
        let query = AuditQuery { filter, ..AuditQuery::default() };
        let found = self.list_audit(trail, query, PageNumber { page: 1, per_page: LINES }.into()).await?;
        let (lines, total) = found.map_or_else(|_| Default::default(), |found| (found.rows, found.total));
        Ok(Ok(SessionLife { session: shown, metadata, lines, total }))
    }
}
