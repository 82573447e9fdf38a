//! Authenticates the caller of a request by its access token.

use std::sync::Arc;

use super::access_token::{AccessTokenClaims, SessionBound, TokenSubject};
use super::grant::{GrantHolder, GrantSnapshot};
use super::scope::still_given;
use crate::audit::RequestOrigin;
use crate::callers::refused::{Claim, Refused, RefusedCaller};
use crate::callers::{Delegate, EndUser, TokenCaller};
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::{Doubt, EngineError};
use crate::sessions::authenticate::TouchKind;
use crate::sessions::verdict::SessionSnapshot;

/// Why an access token is refused. The caller gets one answer for the first six.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenRefusal {
    /// Not ours, altered, of another type, algorithm, issuer or audience.
    Invalid,
    /// Its time is over or has not come.
    OutOfTime,
    /// A newer one has been issued for it, or its grant ended.
    Superseded,
    SessionOver,
    /// Its application is disabled, or an epoch above it has moved.
    ApplicationOver,
    /// It was revoked by itself, or no application has its name.
    Revoked,
    /// It is valid, but belongs to an application, which may not use what is the user's own.
    OfApplication,
    /// It is valid, and its user has to choose a password before anything else.
    PasswordDue,
}

impl TokenRefusal {
    /// As the trail puts it.
    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::Invalid => "not ours",
            Self::OutOfTime => "out of time",
            Self::Superseded => "superseded",
            Self::SessionOver => "session over",
            Self::ApplicationOver => "application over",
            Self::Revoked => "revoked",
            Self::OfApplication => "of an application",
            Self::PasswordDue => "password due",
        }
    }

    /// Whether it happens to honest callers every day.
    pub(crate) const fn is_daily(self) -> bool {
        matches!(self, Self::OutOfTime | Self::Superseded | Self::SessionOver)
    }
}

impl Engine {
    /// Whether an access token is one that a user was given, expired and superseded ones included. It opens nothing by that.
    pub fn signed_for_user(&self, token: &str, origin: &RequestOrigin) -> bool {
        let claims = self.verified_tokens.verify(token, &*self.crypto);
        let is_ours = claims.is_some_and(|claims| matches!(claims.subject, TokenSubject::User(_)));
        if !is_ours {
            self.note_refused_token(TokenRefusal::Invalid.reason(), false, origin);
        }
        is_ours
    }

    /// Which user's access token it is; the request counts as activity. The signature may be remembered, the session is judged
    /// anew.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn authenticate_token(&self, token: &str, origin: &RequestOrigin) -> Result<Result<EndUser, TokenRefusal>, EngineError> {
        Ok(self.authenticate_caller(token, origin).await?.and_then(|caller| match caller {
            TokenCaller::User(user) => Ok(user),
            TokenCaller::Machine(_) | TokenCaller::Delegate(_) => {
                self.note_refused_role(&caller, "not a user", origin);
                Err(TokenRefusal::OfApplication)
            }
        }))
    }

    /// As [`Engine::authenticate_token`], for a user who may be there to choose a password and for nothing else.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn authenticate_for_password(
        &self,
        token: &str,
        origin: &RequestOrigin,
    ) -> Result<Result<EndUser, TokenRefusal>, EngineError> {
        let claims = self.verified_tokens.verify(token, &*self.crypto);
        let now = self.now();
        let live = match claims.as_ref().map(|claims| (claims, &claims.subject)) {
            Some((claims, TokenSubject::User(bound))) => self.live_user(claims, bound, now).await?,
            Some(_) => return self.authenticate_token(token, origin).await,
            None => Err(TokenRefusal::Invalid),
        };
        match live {
            Ok(SessionSnapshot { session, bearer, .. }) => {
                let session = self.touch(session, TouchKind::Activity, now).await?;
                Ok(Ok(EndUser::new(session, bearer)))
            }
            Err(refusal) => {
                self.note_refused_token(refusal.reason(), refusal.is_daily(), origin);
                Ok(Err(refusal))
            }
        }
    }

    /// Whose access token it is. A user's request counts as activity of the session.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn authenticate_caller(&self, token: &str, origin: &RequestOrigin) -> Result<Result<TokenCaller, TokenRefusal>, EngineError> {
        Ok(self.judge_caller(token).await?.inspect_err(|refusal| self.note_refused_token(refusal.reason(), refusal.is_daily(), origin)))
    }

    /// Notes a refused access or refresh token. What time does to honest ones is told of all networks together.
    pub(crate) fn note_refused_token(&self, why: &'static str, is_daily: bool, origin: &RequestOrigin) {
        self.refusals.note(RefusedCaller { what: Refused::Token, why, claim: Claim::Nobody, origin, is_daily }, self.now());
    }

    async fn judge_caller(&self, token: &str) -> Result<Result<TokenCaller, TokenRefusal>, EngineError> {
        let Some(claims) = self.verified_tokens.verify(token, &*self.crypto) else {
            return Ok(Err(TokenRefusal::Invalid));
        };
        let now = self.now();
        match &claims.subject {
            TokenSubject::User(bound) => match self.live_user_token(&claims, bound, now).await? {
                Ok(SessionSnapshot { session, bearer, .. }) => {
                    let session = self.touch(session, TouchKind::Activity, now).await?;
                    Ok(Ok(TokenCaller::User(EndUser::new(session, bearer))))
                }
                Err(refusal) => Ok(Err(refusal)),
            },
            TokenSubject::Delegate(bound, client_id) => {
                let live = self.live_delegate_token(&claims, (bound, client_id), now).await?;
                Ok(live.map(|LiveDelegate { session, holder }| {
                    let scope = still_given(&claims.scope, &holder.client.scopes);
                    TokenCaller::Delegate(Delegate::new(session.session, holder.client.clone(), scope))
                }))
            }
            TokenSubject::Application(bound) => Ok(self.live_application(&claims, bound).await?.map(TokenCaller::Machine)),
            // It authenticates nobody.
            TokenSubject::Storage(_) => Ok(Err(TokenRefusal::Invalid)),
        }
    }

    /// The session that a user's token stands for, if both live at `now` and the user may do more than choose a password. Nothing of it
    /// is remembered from one request to the next.
    pub(crate) async fn live_user_token(
        &self,
        claims: &AccessTokenClaims,
        bound: &SessionBound,
        now: Timestamp,
    ) -> Result<Result<SessionSnapshot, TokenRefusal>, EngineError> {
        let live = self.live_user(claims, bound, now).await?;
        Ok(live.and_then(|live| if live.bearer.password_is_due { Err(TokenRefusal::PasswordDue) } else { Ok(live) }))
    }

    async fn live_user(
        &self,
        claims: &AccessTokenClaims,
        bound: &SessionBound,
        now: Timestamp,
    ) -> Result<Result<SessionSnapshot, TokenRefusal>, EngineError> {
        let found = match self.grant_of(claims, bound, now).await? {
            Ok(found) => found,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let is_current = current(&found, bound, now)?;
        Ok(is_current.and_then(|()| if found.holder.is_some() { Err(TokenRefusal::Superseded) } else { Ok(found.session) }))
    }

    /// As [`Engine::live_user_token`], for a token that an application was given: the application is judged with the session.
    pub(crate) async fn live_delegate_token(
        &self,
        claims: &AccessTokenClaims,
        (bound, client_id): (&SessionBound, &str),
        now: Timestamp,
    ) -> Result<Result<LiveDelegate, TokenRefusal>, EngineError> {
        let found = match self.grant_of(claims, bound, now).await? {
            Ok(found) => found,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some(holder) = found.holder.clone().filter(|holder| holder.client.client_id == client_id) else {
            return Ok(Err(TokenRefusal::Invalid));
        };
        Ok(current(&found, bound, now)?.map(|()| LiveDelegate { session: found.session, holder }))
    }

    /// The grant that a token names which is in time at `now`.
    async fn grant_of(
        &self,
        claims: &AccessTokenClaims,
        bound: &SessionBound,
        now: Timestamp,
    ) -> Result<Result<GrantSnapshot, TokenRefusal>, EngineError> {
        if !claims.are_in_time(now, self.policy.tokens.clock_leeway()) {
            return Ok(Err(TokenRefusal::OutOfTime));
        }
        let found = self.store.live_grant(bound.grant, now).await?;
        Ok(found.filter(|found| found.is_of(bound)).ok_or(TokenRefusal::SessionOver))
    }
}

/// Whether what was issued from a grant can be valid, and is the last that was.
fn current(found: &GrantSnapshot, bound: &SessionBound, now: Timestamp) -> Result<Result<(), TokenRefusal>, Doubt> {
    Ok(match found.lives(now)? {
        false => Err(TokenRefusal::SessionOver),
        true if found.generation != bound.generation => Err(TokenRefusal::Superseded),
        true => Ok(()),
    })
}

/// A live token of an application within a session.
pub(crate) struct LiveDelegate {
    pub session: SessionSnapshot,
    pub holder: Arc<GrantHolder>,
}
