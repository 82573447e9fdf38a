//! What time does to sessions: saving touches, recording ends, archiving, purging. Each call is one small batch; the server's
//! tasks repeat it.

use super::credentials::FailureWindows;
use super::store::Swept;
use crate::audit::{Action, Actor, AuditEntry, RequestOrigin, ResourceKind};
use crate::clock::{Span, Timestamp};
use crate::engine::Engine;
use crate::error::EngineError;

impl Engine {
    /// Whether what runs on one process at a time is this one's to run.
    ///
    /// # Errors
    /// The store's.
    pub async fn may_run_tasks(&self) -> Result<bool, EngineError> {
        Ok(self.store.may_run_tasks().await?)
    }

    /// Saves at most `limit` touches that are due; all that there are with `everything`, as at shutdown. Returns how many.
    ///
    /// # Errors
    /// The store's; the touches stay pending.
    pub async fn save_touches(&self, everything: bool, limit: usize) -> Result<usize, EngineError> {
        let now = self.now();
        let due = self.touches.due((!everything).then_some(now), limit);
        if !due.is_empty() {
            self.store.save_touches(due.clone()).await?;
            self.touches.saved(&due, now);
        }
        Ok(due.len())
    }

    /// Records the end of at most `limit` sessions that time or status killed.
    ///
    /// # Errors
    /// The store's; nothing of the batch is done then.
    pub async fn sweep_dead_sessions(&self, limit: usize) -> Result<Swept, EngineError> {
        let now = self.now();
        let audit = entry(now, Action::SessionEnded, "sweeper");
        Ok(self.store.sweep_dead(now, limit, audit).await?)
    }

    /// Archives at most `limit` sessions whose end is older than the policy's delay. Returns how many.
    ///
    /// # Errors
    /// The store's; nothing of the batch is done then.
    pub async fn archive_sessions(&self, limit: usize) -> Result<usize, EngineError> {
        let now = self.now();
        let ended_before = now.minus(Span::from_seconds(self.policy.sessions.archive_after_seconds));
        let audit = entry(now, Action::SessionsArchived, "archiver");
        Ok(self.store.archive_ended(ended_before, now, limit, audit).await?)
    }

    /// Purges at most `limit` sessions that have been archived for longer than the policy's retention. Returns how many.
    ///
    /// # Errors
    /// The store's; nothing of the batch is done then.
    pub async fn purge_sessions(&self, limit: usize) -> Result<usize, EngineError> {
        let now = self.now();
        let archived_before = now.minus(Span::from_seconds(self.policy.sessions.retention_seconds));
        let audit = entry(now, Action::SessionsPurged, "purger");
        Ok(self.store.purge_archived(archived_before, limit, audit).await?)
    }

    /// Records the ends that moved epochs caused, looking at no more than `limit` sessions. Returns how many it recorded and
    /// whether anything is left.
    ///
    /// # Errors
    /// The store's; nothing of the batch is done then.
    pub async fn stamp_moved_epochs(&self, limit: usize) -> Result<(usize, bool), EngineError> {
        Ok(self.store.stamp_moved_epochs(self.now(), limit).await?)
    }

    /// Tells the trail of refused sign-ins that were summed up, and forgets failures and locks that are over.
    ///
    /// # Errors
    /// The store's; nothing of the batch is done then.
    pub async fn settle_sign_in_failures(&self, limit: usize) -> Result<usize, EngineError> {
        let windows = FailureWindows { sign_ins: self.policy.lockout.window(), mails: self.mail_window() };
        Ok(self.store.settle_sign_in_failures(self.now(), windows, limit).await?)
    }
}

fn entry(now: Timestamp, action: Action, task: &'static str) -> AuditEntry {
    AuditEntry::success(now, action, ResourceKind::Session, Actor::System(task), RequestOrigin::default())
}
