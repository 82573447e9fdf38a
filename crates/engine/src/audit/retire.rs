//! Lets the oldest entries go, where the operator wants that: they are checked, given to the archive or dropped, and a sealed
//! checkpoint says where the chain goes on.

use super::chain::{Link, LinkedEntry};
use super::checkpoint::Checkpoint;
use super::store::{AuditDue, OldestLinks, RetireLinks, ToldRanges};
use super::verify::ChainWalk;
use super::{Action, Actor, AuditEntry, RequestOrigin, ResourceKind};
use crate::clock::{Span, Timestamp};
use crate::engine::Engine;
use crate::error::{EngineError, StoreError};
use crate::hex::hex;
use crate::policy::RetentionAction;

impl Engine {
    /// Lets at most `limit` entries go that are older than the policy keeps them. Returns how many, and whether more may be due.
    ///
    /// # Errors
    /// The store's and the archive's; nothing went then. [`StoreError::Corrupt`] where the oldest entries are not what was sealed:
    /// letting them go would destroy the evidence.
    pub async fn retire_audit_entries(&self, limit: usize) -> Result<(usize, bool), EngineError> {
        let policy = self.policy.audit;
        if policy.retention_seconds == 0 {
            return Ok((0, false));
        }
        let now = self.now();
        let due = AuditDue::of_whole_days(now, Span::from_seconds(policy.retention_seconds));
        let OldestLinks { checkpoint, head, links, standing } = self.store.oldest_audit_links(limit).await?;
        // The last link stays, so that the chain never ends with nothing.
        let may_go = |link: &&Link| head.is_some_and(|head| link.position < head) && is_due(link, &due);
        let going = links.iter().take_while(may_go).count();
        let Some(last) = links[..going].last() else { return Ok((0, false)) };
        let mut walk = ChainWalk::new(Some(&self.keys), Vec::new());
        let standing: Vec<i64> = standing.into_iter().take_while(|sequence| *sequence <= last.sequence).collect();
        let whole = checkpoint.as_ref().map_or(Ok(()), |checkpoint| walk.begin_behind(checkpoint));
        whole.and_then(|()| walk.take(&links[..going], &standing)).map_err(|broken| is_broken(&broken.to_string()))?;
        self.learn_minimised(&mut walk, last.sequence).await?;
        if let Some(broken) = walk.erased_by_others() {
            return Err(is_broken(&broken.to_string()));
        }
        if policy.retention_action == RetentionAction::Export {
            self.archive.keep(&links[..going]).await?;
        }
        let checkpoint_now = Checkpoint::sealed(&self.keys, (walk.position(), walk.sequence(), *walk.hash()), now);
        let audit =
            AuditEntry::success(now, Action::AuditRetired, ResourceKind::Audit, Actor::System("archivist"), RequestOrigin::default())
                .with("count", going.to_string())
                .with("through_link", walk.position().to_string())
                .with("through_hash", hex(walk.hash()))
                .with("before_ms", due.before.as_millis().to_string())
                .with("how", policy.retention_action.as_str());
        let after = checkpoint.map_or(0, |checkpoint| checkpoint.position);
        // Another process may have been faster; its next look finds what is left.
        let gone = self.store.retire_audit_links(RetireLinks { after, checkpoint: checkpoint_now }, audit).await?;
        Ok((if gone { going } else { 0 }, going == limit))
    }

    /// Has the walk learn ranges until they cover what it met. The server tells of a range only behind its entries.
    async fn learn_minimised(&self, walk: &mut ChainWalk<'_>, mut behind: i64) -> Result<(), EngineError> {
        while walk.erased_by_others().is_some() {
            let ToldRanges { ranges, through } = self.store.minimised_ranges(behind, RANGES).await?;
            walk.learn_minimised(&ranges);
            match through {
                Some(through) => behind = through,
                None => break,
            }
        }
        Ok(())
    }
}

/// Ranges that one read looks at.
const RANGES: usize = 256;

/// By the time of its entry. What cannot be read is as due as what precedes it: the walk tells what is wrong with it.
fn is_due(link: &Link, due: &AuditDue) -> bool {
    match &link.entry {
        LinkedEntry::Found(entry) => due.includes(entry.at),
        LinkedEntry::Missing | LinkedEntry::Unreadable => true,
    }
}

fn is_broken(what: &str) -> EngineError {
    StoreError::Corrupt(format!("the audit trail keeps its oldest entries, since they are not whole ({what}); `cloakroom audit verify`"))
        .into()
}

impl AuditDue {
    /// What is older than `age`, by whole days (UTC): so one entry a day tells of it, not one for each tick.
    pub(super) fn of_whole_days(now: Timestamp, age: Span) -> Self {
        const DAY_MILLIS: i64 = 86_400_000;
        let today = now.as_millis() - now.as_millis().rem_euclid(DAY_MILLIS);
        Self { before: Timestamp::from_millis(today).minus(age), after: now.plus(Span::from_millis(DAY_MILLIS)) }
    }
}
