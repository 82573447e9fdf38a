//! Signing out because an application asks for it (OpenID Connect RP-Initiated Logout 1.0).

use std::sync::Arc;

use crate::audit::RequestOrigin;
use crate::callers::EndUser;
use crate::engine::Engine;
use crate::error::{EngineError, StoreError};
use crate::machine::application::ClientRecord;
use crate::machine::store::ClientLookup;
use crate::secret::SessionSecret;
use crate::tokens::id_token::IdTokenHint;

/// What an application asks when it sends a browser to sign out.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LogoutWish {
    /// An ID token that it was given within the session, expired or not. What is none of ours says nothing.
    pub id_token_hint: Option<String>,
    pub client_id: Option<String>,
    /// Where to go afterwards: one of its own, to the letter.
    pub redirect_uri: Option<String>,
    /// Whether the user was asked and said yes.
    pub is_confirmed: bool,
}

/// What came of a [`LogoutWish`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AskedToLeave {
    /// There is no such application, it is not the one that the hint was given to, or it has no such address. Nothing ended, and nobody
    /// is sent anywhere.
    Refused,
    /// Nothing shows that this session is meant: the user is asked. With the name of the application that asks, where that is known.
    Ask { application: Option<String> },
    /// The session is over, or there was none; and where to go.
    Left { redirect_uri: Option<String> },
}

impl Engine {
    /// Ends the session of `secret` where the hint is of it or the user has said yes. One that is dead stays dead.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on; whether it ended may then be unknown.
    pub async fn leave_for_application(
        &self,
        secret: Option<&SessionSecret>,
        wish: &LogoutWish,
        origin: &RequestOrigin,
    ) -> Result<AskedToLeave, EngineError> {
        let hint = wish.id_token_hint.as_deref().and_then(|token| self.crypto.verify_id_token_hint(token));
        let Ok(application) = self.who_asks(hint.as_ref(), wish).await? else { return Ok(AskedToLeave::Refused) };
        let found = match secret {
            Some(secret) => self.live_or_due_session(secret, origin).await?.ok(),
            None => None,
        };
        // Who has no session may still be sent on: but only where a token of ours or the user vouches for the application.
        let is_vouched_for = hint.is_some() || wish.is_confirmed;
        let redirect_uri = wish.redirect_uri.clone().filter(|_| is_vouched_for);
        let Some((found, _)) = found else { return Ok(AskedToLeave::Left { redirect_uri }) };
        let is_meant = hint.is_some_and(|hint| hint.sid == found.session.uid);
        if !is_meant && !wish.is_confirmed {
            return Ok(AskedToLeave::Ask { application: application.map(|application| application.name.clone()) });
        }
        match self.log_out_here(&EndUser::new(found.session, found.bearer), origin).await {
            // It ended meanwhile.
            Ok(()) | Err(EngineError::Store(StoreError::Lapsed(_))) => Ok(AskedToLeave::Left { redirect_uri }),
            Err(error) => Err(error),
        }
    }

    /// The application that asks, if it names itself at all; nothing where it is not who it says, or has no such address.
    async fn who_asks(&self, hint: Option<&IdTokenHint>, wish: &LogoutWish) -> Result<Result<Option<Arc<ClientRecord>>, ()>, EngineError> {
        let hinted = hint.map(|hint| hint.client_id.as_str());
        let named = match (hinted, wish.client_id.as_deref()) {
            (Some(hinted), Some(named)) if hinted != named => return Ok(Err(())),
            (hinted, named) => hinted.or(named),
        };
        let Some(named) = named else { return Ok(if wish.redirect_uri.is_none() { Ok(None) } else { Err(()) }) };
        let found = self.store.client(ClientLookup::ClientId(named.to_owned())).await?.filter(|found| found.may_act());
        let Some(found) = found else { return Ok(Err(())) };
        let is_its_own = wish.redirect_uri.as_deref().is_none_or(|address| found.redirects_after_logout_to(address));
        Ok(if is_its_own { Ok(Some(found)) } else { Err(()) })
    }
}
