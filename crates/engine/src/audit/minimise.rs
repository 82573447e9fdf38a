//! Minimises addresses: after some days an entry keeps only the network of its address, and no user agent.

use super::store::MinimiseDue;
use super::{Action, Actor, AuditEntry, RequestOrigin, ResourceKind};
use crate::clock::{Span, Timestamp};
use crate::engine::Engine;
use crate::error::EngineError;

const DAY_MILLIS: i64 = 86_400_000;

impl Engine {
    /// Minimises at most `limit` sealed entries that are due. Returns how many it looked at and whether more may wait.
    ///
    /// # Errors
    /// The store's; nothing of the batch is done then.
    pub async fn minimise_audit_addresses(&self, limit: usize) -> Result<(usize, bool), EngineError> {
        let days = self.policy.audit.minimise_addresses_after_days;
        if days == 0 {
            return Ok((0, false));
        }
        let now = self.now();
        // By whole days, so that one audit entry a day tells of it, not one for each tick.
        let today = now.as_millis() - now.as_millis().rem_euclid(DAY_MILLIS);
        let due = MinimiseDue {
            before: Timestamp::from_millis(today).minus(Span::from_millis(i64::from(days) * DAY_MILLIS)),
            after: now.plus(Span::from_millis(DAY_MILLIS)),
        };
        let audit =
            AuditEntry::success(now, Action::AuditMinimised, ResourceKind::Audit, Actor::System("minimiser"), RequestOrigin::default());
        Ok(self.store.minimise_audit(due, limit, audit).await?)
    }
}
