//! What holds for every way in which a client proves who it is: the limit before it, the refusal after it.

use std::sync::Arc;

use crate::audit::RequestOrigin;
use crate::callers::refused::{Claim, Refused, RefusedCaller};
use crate::callers::{ClientApplication, ClientProof, ClientRefusal};
use crate::engine::Engine;
use crate::machine::application::ClientRecord;

impl Engine {
    /// Why nothing is looked at, where too many proofs failed from there. Known and unknown ids are counted alike. Without an address
    /// there is nobody to tell from others.
    pub(super) fn client_limit(&self, client_id: &str, origin: &RequestOrigin) -> Result<(), ClientRefusal> {
        origin.address.map_or(Ok(()), |_| {
            let claimed = self.keys.claimed_client(client_id);
            let wait = self.attempts.wait(claimed, &origin.network(), &self.policy.attempts, self.now());
            wait.map_or(Ok(()), |wait| {
                self.note_client(Claim::Unknown(claimed), "too many failures", origin);
                Err(ClientRefusal::Limited { wait })
            })
        })
    }

    /// Counts a proof that failed. Others may have used up the limit meanwhile: whoever guesses many at once learns no more.
    pub(super) fn refuse_client(
        &self,
        client_id: &str,
        found: Option<&ClientRecord>,
        why: &'static str,
        origin: &RequestOrigin,
    ) -> ClientRefusal {
        let (claimed, network, now) = (self.keys.claimed_client(client_id), origin.network(), self.now());
        let claim = found.map_or(Claim::Unknown(claimed), claim_of);
        self.note_client(claim, if found.is_some() { why } else { "unknown client" }, origin);
        if origin.address.is_none() {
            return ClientRefusal::Invalid;
        }
        let limited = self.attempts.wait(claimed, &network, &self.policy.attempts, now);
        self.attempts.count(claimed, &network, &self.policy.attempts, now);
        limited.map_or(ClientRefusal::Invalid, |wait| ClientRefusal::Limited { wait })
    }

    /// The client that proved to be itself, if it may act.
    pub(super) fn admit_client(
        &self,
        record: Arc<ClientRecord>,
        proof: ClientProof,
        origin: &RequestOrigin,
    ) -> Result<ClientApplication, ClientRefusal> {
        ClientApplication::proven(record.clone(), proof).inspect_err(|_| self.note_client(claim_of(&record), "disabled", origin))
    }

    fn note_client(&self, claim: Claim, why: &'static str, origin: &RequestOrigin) {
        self.refusals.note(RefusedCaller { what: Refused::Client, why, claim, origin, is_daily: false }, self.now());
    }
}

pub(crate) fn claim_of(record: &ClientRecord) -> Claim {
    Claim::Known(record.client_id.clone(), record.tenant.map(|tenant| tenant.number))
}
