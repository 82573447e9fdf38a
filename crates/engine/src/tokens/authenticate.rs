//! Whose request it is that shows an access token.

use super::access_token::AccessTokenClaims;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::sessions::authenticate::{EndUser, TouchKind};
use crate::sessions::verdict::{SessionSnapshot, Verdict, verdict};
use crate::store::SessionLookup;

/// Why an access token opens nothing. To the caller all are one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenRefusal {
    /// Not ours, altered, of another type, algorithm, issuer or audience.
    Invalid,
    /// Its time is over or has not come.
    OutOfTime,
    /// A newer one has been issued for it.
    Superseded,
    SessionOver,
}

impl Engine {
    /// Whether an access token is one of ours, expired and superseded ones included. It opens nothing by that.
    pub fn signed(&self, token: &str) -> bool {
        self.verified_tokens.verify(token, &*self.crypto).is_some()
    }

    /// Whose access token it is; the request counts as activity. The signature may be remembered, the session is judged anew.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn authenticate_token(&self, token: &str) -> Result<Result<EndUser, TokenRefusal>, EngineError> {
        let Some(claims) = self.verified_tokens.verify(token, &*self.crypto) else {
            return Ok(Err(TokenRefusal::Invalid));
        };
        let now = self.now();
        let snapshot = match self.live_claims(&claims, now).await? {
            Ok(snapshot) => snapshot,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let bearer = snapshot.bearer;
        let session = self.touch(snapshot.session, TouchKind::Activity, now).await?;
        Ok(Ok(EndUser::new(session, bearer)))
    }

    /// The session that these claims stand for, if both live at `now`. Nothing of it is remembered from one request to the next.
    pub(super) async fn live_claims(
        &self,
        claims: &AccessTokenClaims,
        now: Timestamp,
    ) -> Result<Result<SessionSnapshot, TokenRefusal>, EngineError> {
        if now >= claims.expires_at || now < claims.issued_at {
            return Ok(Err(TokenRefusal::OutOfTime));
        }
        let Some(snapshot) = self.store.session(SessionLookup::Uid(claims.session)).await? else {
            return Ok(Err(TokenRefusal::SessionOver));
        };
        if snapshot.session.user_uid != claims.user || verdict(&snapshot, now)? != Verdict::Live {
            return Ok(Err(TokenRefusal::SessionOver));
        }
        if self.store.generation(claims.grant, snapshot.session.number).await? != Some(claims.generation) {
            return Ok(Err(TokenRefusal::Superseded));
        }
        Ok(Ok(snapshot))
    }
}
