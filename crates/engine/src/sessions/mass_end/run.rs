//! Doing them, a batch at a time.

use super::store::MassEndBatch;
use super::{MassEnd, MassEndState};
use crate::audit::{Action, Actor, AuditEntry, RequestOrigin, ResourceKind};
use crate::callers::{EndUser, Operator};
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::{EngineError, StoreError};
use crate::sessions::searching::SearchSessions;
use crate::sessions::store::SessionLookup;
use crate::sessions::verdict::{Verdict, verdict};
use crate::sessions::{End, EndReason};

impl Engine {
    /// Ends the next `limit` sessions at most of the oldest mass end that is running. Returns how many ended, and whether there is more to do
    /// at once.
    ///
    /// # Errors
    /// The store's, or the clock's; then the batch is not done, and is due again.
    pub async fn run_mass_ends(&self, limit: usize) -> Result<(usize, bool), EngineError> {
        let Some(running) = self.store.running_mass_end().await? else { return Ok((0, false)) };
        let now = self.now();
        let Some(asker) = self.asker(&running, now).await? else {
            let settled = settled(&running, now, MassEndState::Stopped).with("ended", running.ended.to_string());
            self.store.stop_mass_end(running.number, now, settled).await?;
            return Ok((0, true));
        };
        self.store_due_touches().await?;
        let filter = running.filter.clone();
        let found = self.store.search_sessions(SearchSessions { filter, after: running.after, limit, counted: limit, now }).await?;
        let numbers = found.sessions.iter().map(|found| found.snapshot.session.number);
        let actor = Actor::User(running.user, running.user_uid);
        let batch = MassEndBatch {
            number: running.number,
            sessions: numbers.filter(|number| *number != running.session).collect(),
            end: End { at: now, reason: EndReason::Revoked, by: Some(running.user) },
            audit: AuditEntry::success(now, Action::SessionEnded, ResourceKind::Session, actor, running.origin.clone())
                .with("mass_end", running.uid.to_string()),
            next: found.next,
            settled: settled(&running, now, MassEndState::Done),
        };
        match self.store.run_mass_end(asker.basis(now), batch).await {
            Ok(ended) => Ok((usize::try_from(ended).unwrap_or(usize::MAX), true)),
            // The next look finds out what has changed.
            Err(StoreError::Lapsed(_)) => Ok((0, true)),
            Err(error) => Err(error.into()),
        }
    }

    /// Whoever asked, if they are still signed in by the session that asked, and reach what they reached.
    async fn asker(&self, running: &MassEnd, now: Timestamp) -> Result<Option<Operator>, EngineError> {
        let found = self.store.session(SessionLookup::Number(running.session)).await?;
        let Some(found) = found.filter(|found| found.session.user == running.user) else { return Ok(None) };
        if verdict(&found, now)? != Verdict::Live || found.bearer.password_is_due {
            return Ok(None);
        }
        Ok(EndUser::new(found.session, found.bearer).operator().filter(|asker| asker.reach() == running.reach))
    }
}

/// The trail's line about how it came to its end.
fn settled(running: &MassEnd, now: Timestamp, state: MassEndState) -> AuditEntry {
    AuditEntry::success(now, Action::MassEndSettled, ResourceKind::Session, Actor::System("mass_end"), RequestOrigin::default())
        .on(running.uid)
        .within(running.filter.scope.tenant)
        .with("state", state.as_str())
}
