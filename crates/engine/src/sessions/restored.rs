//! A restored backup does not know how its sessions continued, so all of them end at once.

use super::store::RestoredBackup;
use crate::audit::{Action, Actor, AuditEntry, RequestOrigin, ResourceKind};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::sessions::{End, EndReason};

/// What becomes of the sessions in a restored backup.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RestoredSessions {
    /// All of them end, with their tokens: a session that ended after the backup was made must not live again (P2).
    End,
    /// They go on as the backup has them, those that ended since included. The operator answers for that.
    Keep,
}

impl Engine {
    /// Makes a restored backup fit to be served: moves the server's epoch unless its sessions are kept, and tells the trail that
    /// it is a backup. What is born later lives under the new epoch.
    ///
    /// # Errors
    /// The store's; nothing was changed then, or it is not known whether it was.
    pub async fn settle_restored_backup(&self, sessions: RestoredSessions) -> Result<(), EngineError> {
        let now = self.now();
        let (end, told) = match sessions {
            RestoredSessions::End => (Some(End { at: now, reason: EndReason::Restored, by: None }), "ended"),
            RestoredSessions::Keep => (None, "kept"),
        };
        let actor = Actor::System("restore");
        let audit = AuditEntry::success(now, Action::BackupRestored, ResourceKind::Server, actor, RequestOrigin::default());
        Ok(self.store.settle_restored_backup(RestoredBackup { end, audit: audit.with("sessions", told) }).await?)
    }
}
