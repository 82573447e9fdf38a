//! Delivering notices, beside all requests.

use async_trait::async_trait;

use super::store::{SettledLogout, TakenLogout};
use super::{DueLogout, LogoutNumber};
use crate::audit::{Action, Actor, AuditEntry, AuditResult, RequestOrigin, ResourceKind};
use crate::clock::Span;
use crate::engine::Engine;
use crate::entropy::random;
use crate::error::EngineError;
use crate::ids::ApplicationNumber;
use crate::tokens::id_token::LogoutTokenClaims;
use crate::tokens::log_in::whole_second;

/// Notices to one application that are under way at the same time, at most: one that is slow keeps nobody else waiting.
pub const AT_A_TIME: u32 = 4;

/// How long a notice is kept, delivered or not.
pub const KEPT: Span = Span::from_seconds(7 * 24 * 3600);

/// How long after an attempt the next one is due, if it is needed: five seconds, doubled each time, up to some six hours.
pub fn retry_after(attempts: u32) -> Span {
    Span::from_seconds(5 << (attempts.clamp(1, 13) - 1))
}

/// Why an application was not told. The text names nothing that the application answered but a status.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotTold(pub String);

/// Tells applications. Implemented outside of the engine, over HTTP.
#[async_trait]
pub trait LogoutDelivery: Send + Sync {
    /// Returns once the application said that it took the token (section 2.8: 200 or 204).
    ///
    /// # Errors
    /// When it did not, or whether it did is not known.
    async fn tell(&self, uri: &str, logout_token: &str) -> Result<(), NotTold>;
}

/// Tells nobody, for commands that serve no requests.
pub struct NobodyTold;

#[async_trait]
impl LogoutDelivery for NobodyTold {
    async fn tell(&self, _: &str, _: &str) -> Result<(), NotTold> {
        Err(NotTold("no delivery is set up".to_owned()))
    }
}

/// How an attempt went.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Told {
    Delivered,
    /// Not, and why; it is tried again.
    Later(String),
    /// Not, and why; it is not tried again.
    GivenUp(String),
}

impl Engine {
    /// Takes notices that are due over, at most `limit`, and as many of each application as have a place: `under_way` says how many it
    /// has under way.
    ///
    /// # Errors
    /// When the store cannot be relied on; what was taken is due again after a while.
    pub async fn take_due_logouts(
        &self,
        limit: usize,
        under_way: impl Fn(ApplicationNumber) -> u32 + Send,
    ) -> Result<Vec<DueLogout>, EngineError> {
        let now = self.now();
        let mut chosen: Vec<DueLogout> = Vec::new();
        for due in self.store.due_logouts(now, AT_A_TIME).await? {
            let of_it = chosen.iter().filter(|other| other.application == due.application).count();
            let places = AT_A_TIME.saturating_sub(under_way(due.application));
            if chosen.len() < limit && of_it < places as usize {
                chosen.push(due);
            }
        }
        if chosen.is_empty() {
            return Ok(chosen);
        }
        let taken = chosen.iter().map(|due| {
            let again = now.plus(retry_after(due.attempts.saturating_add(1)));
            TakenLogout { number: due.number, attempts: due.attempts, due_again: again }
        });
        let taken: Vec<LogoutNumber> = self.store.take_logouts(taken.collect()).await?;
        chosen.retain(|due| taken.contains(&due.number));
        Ok(chosen)
    }

    /// Makes one attempt to deliver a notice that was taken over.
    ///
    /// # Errors
    /// When the store, the randomness or the signing keys cannot be relied on; the notice is due again after a while.
    pub async fn tell_of_logout(&self, due: &DueLogout) -> Result<Told, EngineError> {
        let now = self.now();
        let claims = LogoutTokenClaims {
            client_id: due.client_id.clone(),
            user: due.user,
            session: due.session,
            token_uid: random(&*self.entropy)?,
            issued_at: whole_second(now),
        };
        let token = self.sign_logout_token(&claims, due.algorithm).await?;
        let problem = self.logouts.tell(&due.uri, &token).await.err().map(|NotTold(problem)| problem);
        let attempts = due.attempts.saturating_add(1);
        let told = match problem.clone() {
            None => Told::Delivered,
            Some(problem) if attempts < self.policy.logouts.attempts => Told::Later(problem),
            Some(problem) => Told::GivenUp(problem),
        };
        let given_up = if let Told::GivenUp(problem) = &told { Some(self.given_up(due, attempts, problem)) } else { None };
        self.store.settle_logout(SettledLogout { number: due.number, problem, given_up, at: self.now() }).await?;
        Ok(told)
    }

    fn given_up(&self, due: &DueLogout, attempts: u32, problem: &str) -> AuditEntry {
        let (by, origin) = (Actor::System("logout"), RequestOrigin::default());
        let mut entry = AuditEntry::success(self.now(), Action::LogoutGivenUp, ResourceKind::Session, by, origin)
            .on(due.session)
            .within(due.tenant)
            .with("client_id", due.client_id.clone())
            .with("user_id", due.user.to_string())
            .with("attempts", attempts.to_string())
            .with("problem", problem.to_owned());
        entry.result = AuditResult::Refused;
        entry
    }

    /// Forgets at most `limit` notices that are as old as they are kept. Returns how many.
    ///
    /// # Errors
    /// The store's; nothing of the batch is done then.
    pub async fn forget_old_logouts(&self, limit: usize) -> Result<usize, EngineError> {
        Ok(self.store.forget_logouts(self.now().minus(KEPT), limit).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_bound() {
        assert_eq!([0, 1, 2, 5].map(|attempts| retry_after(attempts).as_seconds_ceil()), [5, 5, 10, 80]);
        assert_eq!(retry_after(u32::MAX).as_seconds_ceil(), 20_480);
    }
}
