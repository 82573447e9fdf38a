//! Tokens that are bound to a session of session storage: one to publish with, others to read. They authenticate no user and no
//! application; introspection (RFC 7662) says whether they are valid.

use zeroize::Zeroizing;

use super::access_token::{AccessTokenClaims, StorageBound, TokenSubject};
use super::audience::Audience;
use super::log_in::whole_second;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::entropy::random;
use crate::error::EngineError;
use crate::label::labelled;
use crate::sessions::Birth;
use crate::sessions::store::SessionLookup;
use crate::sessions::verdict::{SessionSnapshot, Verdict, verdict};

labelled! {
    /// What a token of a stored session is good for.
    StorageScope {
        /// Of the one publisher.
        Write = "session:write",
        /// Of subscribers.
        Read = "session:read",
    }
}

impl Engine {
    /// Signs a token of a session that ends at `ends_at` unless that is set anew: the token never lives longer than that.
    pub(crate) fn issue_storage_token(
        &self,
        bound: StorageBound,
        scope: StorageScope,
        now: Timestamp,
        ends_at: Timestamp,
    ) -> Result<Zeroizing<String>, EngineError> {
        let claims = AccessTokenClaims {
            subject: TokenSubject::Storage(bound),
            audience: Audience::default(),
            scope: vec![scope.as_str().to_owned()],
            authentication: None,
            session_metadata: None,
            token_uid: random(&*self.entropy)?,
            issued_at: whole_second(now),
            expires_at: whole_second(ends_at),
        };
        Ok(self.verified_tokens.sign(&claims, &*self.crypto)?)
    }

    /// The session that such a token is bound to, if both live at `now`.
    pub(super) async fn live_storage_token(
        &self,
        claims: &AccessTokenClaims,
        bound: &StorageBound,
        now: Timestamp,
    ) -> Result<Option<SessionSnapshot>, EngineError> {
        let leeway = self.policy.tokens.clock_leeway();
        let found = self.store.live_session(SessionLookup::Uid(bound.session), now).await?;
        let Some(found) = found.filter(|found| found.session.birth == Birth::Storage && claims.are_in_time(now, leeway)) else {
            return Ok(None);
        };
        Ok((verdict(&found, now)? == Verdict::Live).then_some(found))
    }
}
