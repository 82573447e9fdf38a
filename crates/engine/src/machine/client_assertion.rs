//! Client applications that prove themselves with a signature (`private_key_jwt`, RFC 7523).

use sha2::{Digest, Sha256};

use super::assertion_fault::AssertionFault;
use super::store::{ClientLookup, SpentAssertion};
use crate::audit::RequestOrigin;
use crate::callers::{ClientApplication, ClientProof, ClientRefusal};
use crate::clock::{Span, Timestamp};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::machine::application::ClientRecord;
use crate::tokens::access_token::AssertionClaims;

/// How far ahead an assertion may expire: so long its `jti` has to be remembered.
const LONGEST_LIFE: Span = Span::from_seconds(600);

/// How far a client's clock may be ahead of ours.
const CLOCK_SKEW: Span = Span::from_seconds(30);

/// A client that is not authenticated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RefusedAssertion {
    /// What it is told.
    pub refusal: ClientRefusal,
    /// What is wrong with its assertion, if that is why.
    pub fault: Option<AssertionFault>,
}

impl From<ClientRefusal> for RefusedAssertion {
    fn from(refusal: ClientRefusal) -> Self {
        Self { refusal, fault: None }
    }
}

impl Engine {
    /// Which client application `client_id` signed this assertion: by one of its keys, for us, in time, and never shown before.
    ///
    /// # Errors
    /// When the store cannot be relied on; the assertion may then be used up.
    pub async fn authenticate_client_by_assertion(
        &self,
        client_id: &str,
        assertion: &str,
        origin: &RequestOrigin,
    ) -> Result<Result<ClientApplication, RefusedAssertion>, EngineError> {
        if let Err(limited) = self.client_limit(client_id, origin) {
            return Ok(Err(limited.into()));
        }
        let found = self.store.client(ClientLookup::ClientId(client_id.to_owned())).await?;
        let now = self.now();
        // Who is unknown is refused no sooner than who signed wrongly (P5).
        let claims = self.crypto.verify_assertion(assertion, found.as_ref().and_then(|record| record.jwks.as_deref()));
        let refuse = |found: Option<&ClientRecord>, why, fault| {
            let refusal = self.refuse_client(client_id, found, why, origin);
            Ok(Err(RefusedAssertion { refusal, fault: Some(fault) }))
        };
        let Some(record) = found else { return refuse(None, WRONG, AssertionFault::UnknownClient) };
        let claims = match claims.and_then(|claims| in_force(claims, client_id, now)) {
            Ok(claims) => claims,
            Err(fault) => return refuse(Some(&record), WRONG, fault),
        };
        let application = record.number;
        let shown = record.clone();
        let client = match self.admit_client(record, ClientProof::Signature, origin) {
            Ok(client) => client,
            Err(refusal) => return Ok(Err(refusal.into())),
        };
        let id_hash = Sha256::digest(claims.assertion_id.as_bytes()).into();
        let spent = SpentAssertion { application, id_hash, expires_at: claims.expires_at, now };
        if self.store.spend_assertion(spent).await? {
            return Ok(Ok(client));
        }
        refuse(Some(&shown), "assertion used before", AssertionFault::Spent)
    }
}

/// As the trail puts it.
const WRONG: &str = "wrong assertion";

/// RFC 7523 section 3, points 1 to 7, but for the audience, which the signature's verifier knows.
fn in_force(claims: AssertionClaims, client_id: &str, now: Timestamp) -> Result<AssertionClaims, AssertionFault> {
    let begun = |at: Option<Timestamp>| at.is_none_or(|at| at <= now.plus(CLOCK_SKEW));
    let requirements = [
        (claims.issuer == client_id && claims.subject == client_id, AssertionFault::Names),
        (!claims.assertion_id.is_empty(), AssertionFault::NoId),
        (claims.expires_at > now, AssertionFault::Expired),
        (claims.expires_at <= now.plus(LONGEST_LIFE), AssertionFault::TooLongLife),
        (begun(claims.issued_at) && begun(claims.not_before), AssertionFault::NotYet),
    ];
    match requirements.into_iter().find(|(is_met, _)| !is_met) {
        Some((_, fault)) => Err(fault),
        None => Ok(claims),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_names_the_client_twice_and_is_in_time() {
        let now = Timestamp::from_millis(1_000_000);
        let later = |seconds| now.plus(Span::from_seconds(seconds));
        let good = AssertionClaims {
            issuer: "shop".into(),
            subject: "shop".into(),
            assertion_id: "1".into(),
            issued_at: Some(now),
            not_before: None,
            expires_at: later(60),
        };
        let is_in_force = |claims: &AssertionClaims, client_id, now| in_force(claims.clone(), client_id, now).is_ok();
        assert!(is_in_force(&good, "shop", now) && is_in_force(&good, "shop", now.minus(CLOCK_SKEW)));
        for (what, wrong) in [
            ("another issuer", AssertionClaims { issuer: "other".into(), ..good.clone() }),
            ("another subject", AssertionClaims { subject: "other".into(), ..good.clone() }),
            ("no jti", AssertionClaims { assertion_id: String::new(), ..good.clone() }),
            ("expired", AssertionClaims { expires_at: now, ..good.clone() }),
            ("too long", AssertionClaims { expires_at: later(601), ..good.clone() }),
            ("issued later", AssertionClaims { issued_at: Some(later(31)), ..good.clone() }),
            ("begins later", AssertionClaims { not_before: Some(later(31)), ..good.clone() }),
        ] {
            assert!(!is_in_force(&wrong, "shop", now), "{what}");
        }
        assert!(!is_in_force(&good, "other", now));
    }
}
