//! Telling the trail of callers who were refused.

use crate::audit::RequestOrigin;
use crate::callers::refused::{Claim, Refused, RefusedCaller};
use crate::callers::{ClientApplication, TokenCaller};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::machine::client_proof::claim_of;

impl Engine {
    /// Notes a credential that is none: it claims nothing that could be told.
    pub fn note_malformed(&self, what: Refused, origin: &RequestOrigin) {
        self.refusals.note(RefusedCaller { what, why: "malformed", claim: Claim::Nobody, origin, is_daily: false }, self.now());
    }

    /// Notes a caller whom nobody doubts, and who may not do it.
    pub fn note_refused_role(&self, caller: &TokenCaller, why: &'static str, origin: &RequestOrigin) {
        let claim = match caller {
            TokenCaller::User(user) => Claim::Known(user.user_uid().to_string(), user.bearer().tenant.map(|home| home.number)),
            TokenCaller::Machine(client) => claim_of(client.record()),
            TokenCaller::Delegate(_) => Claim::Nobody,
        };
        self.refusals.note(RefusedCaller { what: Refused::Role, why, claim, origin, is_daily: false }, self.now());
    }

    /// Notes a client that may not have what it asks for.
    pub(crate) fn note_refused_client(&self, client: &ClientApplication, why: &'static str, origin: &RequestOrigin) {
        let claim = claim_of(client.record());
        self.refusals.note(RefusedCaller { what: Refused::Role, why, claim, origin, is_daily: false }, self.now());
    }

    /// Tells the trail of at most `limit` sums whose minute is over; of any with `everything`, as at shutdown. Returns how many.
    ///
    /// # Errors
    /// The store's; the sums stay pending. Where the outcome is unknown they may be told twice.
    pub async fn tell_refusals(&self, everything: bool, limit: usize) -> Result<usize, EngineError> {
        let due = self.refusals.take(self.now(), everything, limit);
        let entries = due.entries();
        let told = entries.len();
        if told == 0 {
            return Ok(0);
        }
        if let Err(error) = self.store.record_refusals(entries).await {
            self.refusals.put_back(due);
            return Err(error.into());
        }
        Ok(told)
    }
}
