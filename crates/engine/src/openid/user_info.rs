//! What an application learns of the user who let it in (OpenID Connect Core 1.0 sections 5.3 and 5.4).

use std::sync::Arc;

use crate::account::store::Account;
use crate::audit::RequestOrigin;
use crate::clock::Timestamp;
use crate::directory::EmailStatus;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::UserUid;
use crate::tokens::access_token::TokenSubject;
use crate::tokens::authenticate::TokenRefusal;
use crate::tokens::grant::GrantHolder;
use crate::tokens::id_token::{EmailClaims, ProfileClaims};
use crate::tokens::scope::{EMAIL, OPENID, PROFILE, still_given};

/// Claims about a user, as far as a scope has them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UserClaims {
    pub user: UserUid,
    /// With the scope `profile`.
    pub profile: Option<ProfileClaims>,
    /// With the scope `email`, of a user who has an address: the primary one.
    pub email: Option<EmailClaims>,
    /// When any of it last changed.
    pub updated_at: Timestamp,
}

/// Why nothing is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UserInfoRefusal {
    Token(TokenRefusal),
    /// The token is of nobody who signed in at a browser, or without the scope `openid`.
    Scope,
}

impl UserClaims {
    pub(super) fn of(account: &Account, scope: &[String]) -> Self {
        let has = |word: &str| scope.iter().any(|scope| scope == word);
        let email = account.emails.first().filter(|_| has(EMAIL));
        let email = email.map(|email| EmailClaims { email: email.address.clone(), email_verified: email.status == EmailStatus::Verified });
        let profile =
            has(PROFILE).then_some(ProfileClaims { preferred_username: account.username.clone(), name: account.display_name.clone() });
        Self { user: account.uid, profile, email, updated_at: account.updated_at }
    }
}

impl Engine {
    /// What the holder of an access token may know of its user, and who that holder is.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn user_info(
        &self,
        token: &str,
        origin: &RequestOrigin,
    ) -> Result<Result<(UserClaims, Arc<GrantHolder>), UserInfoRefusal>, EngineError> {
        let claims = self.verified_tokens.verify(token, &*self.crypto);
        let live = match claims.as_ref().map(|claims| (claims, &claims.subject)) {
            Some((claims, TokenSubject::Delegate(bound, client_id))) => {
                self.live_delegate_token(claims, (bound, client_id), self.now()).await?
            }
            // A user's own token was given without the scope.
            Some((claims, TokenSubject::User(bound))) => {
                let live = self.live_user_token(claims, bound, self.now()).await?;
                return Ok(Err(live.map_or_else(UserInfoRefusal::Token, |_| UserInfoRefusal::Scope)));
            }
            // One that an application has for itself is of nobody who signed in.
            Some((claims, TokenSubject::Application(bound))) => {
                let live = self.live_application(claims, bound).await?;
                return Ok(Err(live.map_or_else(UserInfoRefusal::Token, |_| UserInfoRefusal::Scope)));
            }
            Some((_, TokenSubject::Storage(_))) | None => Err(TokenRefusal::Invalid),
        };
        let live = match live {
            Ok(live) => live,
            Err(refusal) => {
                self.note_refused_token(refusal.reason(), refusal.is_daily(), origin);
                return Ok(Err(UserInfoRefusal::Token(refusal)));
            }
        };
        let scope = still_given(&claims.map(|claims| claims.scope.clone()).unwrap_or_default(), &live.holder.client.scopes);
        if !scope.iter().any(|word| word == OPENID) {
            return Ok(Err(UserInfoRefusal::Scope));
        }
        let account = self.account_of(live.session.session.user).await?;
        Ok(Ok((UserClaims::of(&account, &scope), live.holder)))
    }
}
