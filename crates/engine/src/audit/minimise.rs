//! Minimises addresses: after some days an entry keeps only the network of its address, and no user agent.

use super::minimised::MinimisedRange;
use super::store::{AuditDue, MinimisableLinks};
use super::{Action, Actor, AuditEntry, RequestOrigin, ResourceKind};
use crate::clock::Span;
use crate::engine::Engine;
use crate::error::EngineError;

impl Engine {
    /// Minimises at most `limit` sealed entries that are due, and seals which they were. Returns how many it looked at and whether
    /// more may wait.
    ///
    /// # Errors
    /// The store's; nothing of the batch is done then.
    pub async fn minimise_audit_addresses(&self, limit: usize) -> Result<(usize, bool), EngineError> {
        let days = self.policy.audit.minimise_addresses_after_days;
        if days == 0 {
            return Ok((0, false));
        }
        let now = self.now();
        let due = AuditDue::of_whole_days(now, Span::from_millis(i64::from(days) * 86_400_000));
        let Some(links) = self.store.minimisable_audit(due, limit).await? else { return Ok((0, false)) };
        let MinimisableLinks { first, last, hash, looked_at, without_salt } = links;
        let range = MinimisedRange { first, last, hash, before: due.before, days };
        let audit =
            AuditEntry::success(now, Action::AuditMinimised, ResourceKind::Audit, Actor::System("minimiser"), RequestOrigin::default());
        let mut audit = range.tell(&self.keys, audit);
        if without_salt > 0 {
            // Somebody else was here first; the range covers it from now on, so the trail says it once and for all.
            audit = audit.with("erased_before", without_salt.to_string());
        }
        // Another process may have been faster; its next look finds what is left.
        let done = self.store.minimise_audit(range, audit).await?;
        Ok((if done { looked_at } else { 0 }, looked_at == limit))
    }
}
