//! Sending a browser to a provider.

use super::protocol::AuthorizationWish;
use super::sign_in::ProviderRefusal;
use crate::audit::RequestOrigin;
use crate::engine::Engine;
use crate::entropy::random;
use crate::error::EngineError;
use crate::hex::hex;

/// A sign-in at a provider that is under way, as the browser holds it, sealed: what binds the answer to the browser that was sent.
#[derive(Clone, PartialEq, Eq)]
pub struct ProviderAttempt {
    /// The code of the provider that the browser was sent to.
    pub provider: String,
    pub state: [u8; 16],
    pub nonce: [u8; 16],
    pub verifier: [u8; 32],
}

impl ProviderAttempt {
    /// As it goes through the browser.
    pub fn state(&self) -> String {
        hex(&self.state)
    }

    /// As the ID token says it again.
    pub fn nonce(&self) -> String {
        hex(&self.nonce)
    }

    /// The code verifier (RFC 7636 section 4.1): 64 characters.
    pub fn verifier(&self) -> String {
        hex(&self.verifier)
    }
}

/// How somebody wants to sign in at a provider.
#[derive(Clone, Copy, Debug)]
pub struct ProviderWish<'a> {
    /// The code of the provider.
    pub provider: &'a str,
    /// Where it sends the browser back to.
    pub redirect_uri: &'a str,
    /// The name to sign in with, where one is known.
    pub login_hint: Option<&'a str>,
    /// Whether the user is to prove anew who they are.
    pub is_anew: bool,
}

impl Engine {
    /// Where the browser goes, and what it holds until it is back. Nothing is kept of it here.
    ///
    /// # Errors
    /// When the store, the randomness or the provider's secret cannot be relied on.
    pub async fn start_at_provider(
        &self,
        wish: ProviderWish<'_>,
        origin: &RequestOrigin,
    ) -> Result<Result<(String, ProviderAttempt), ProviderRefusal>, EngineError> {
        let found = self.store.identity_provider_called(wish.provider).await?.filter(|found| found.serves());
        let Some(found) = found else { return Ok(Err(ProviderRefusal::Unknown)) };
        let attempt = ProviderAttempt {
            provider: found.provider.code.clone(),
            state: random(&*self.entropy)?,
            nonce: random(&*self.entropy)?,
            verifier: random(&*self.entropy)?,
        };
        let (state, nonce, verifier) = (attempt.state(), attempt.nonce(), attempt.verifier());
        let asked = AuthorizationWish {
            redirect_uri: wish.redirect_uri,
            state: &state,
            nonce: &nonce,
            verifier: &verifier,
            login_hint: wish.login_hint,
            is_anew: wish.is_anew,
        };
        match self.providers.authorization_address(&self.provider_client(&found)?, asked).await {
            Ok(address) => Ok(Ok((address, attempt))),
            Err(fault) => self.refuse_at_provider(&found.provider, fault.into(), fault.why(), None, origin).await.map(Err),
        }
    }
}
