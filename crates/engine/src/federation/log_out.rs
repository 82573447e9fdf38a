//! A provider says that somebody signed out there (OpenID Connect Back-Channel Logout 1.0).

use sha2::{Digest as _, Sha256};

use super::protocol::{ProviderFault, ProviderLogout};
use super::store::{EndProviderSessions, SpentToken};
use crate::audit::{Action, Actor, AuditEntry, RequestOrigin, ResourceKind};
use crate::callers::Authorisation;
use crate::callers::refused::{Claim, Refused, RefusedCaller};
use crate::clock::Span;
use crate::directory::identity_provider::StoredIdentityProvider;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::sessions::{End, EndReason};

/// Why a logout token ends nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProviderLogoutRefusal {
    /// There is no such provider.
    Unknown,
    /// The token is not believed, or was used before.
    NotBelieved,
    /// The provider's keys cannot be had now: it may try again.
    Away,
    /// Too many tokens that were not believed came from there; this one was not looked at.
    Limited { wait: Span },
}

impl Engine {
    /// Ends the sessions that were born from those that the token is about; how many. A provider that serves nobody any more may still end.
    ///
    /// # Errors
    /// When the store cannot be relied on; whether anything ended may then be unknown.
    pub async fn log_out_at_provider(
        &self,
        code: &str,
        logout_token: &str,
        origin: &RequestOrigin,
    ) -> Result<Result<usize, ProviderLogoutRefusal>, EngineError> {
        let claimed = self.keys.claimed_client(code);
        if let Some(wait) = self.attempts.wait(claimed, &origin.network(), &self.policy.attempts, self.now()) {
            return Ok(Err(ProviderLogoutRefusal::Limited { wait }));
        }
        let Some(found) = self.store.identity_provider_called(code).await? else {
            self.attempts.count(claimed, &origin.network(), &self.policy.attempts, self.now());
            return Ok(Err(ProviderLogoutRefusal::Unknown));
        };
        let logout = match self.providers.verify_logout_token(&self.provider_client(&found)?, logout_token).await {
            Ok(logout) => logout,
            Err(ProviderFault::Away(_)) => return Ok(Err(ProviderLogoutRefusal::Away)),
            Err(ProviderFault::NotBelieved(why)) => return Ok(Err(self.refuse_logout(&found, why, claimed, origin))),
        };
        match self.store.end_provider_sessions(Authorisation::Verified, self.end_of(&found, logout, origin)).await? {
            Some(ended) => Ok(Ok(ended)),
            None => Ok(Err(self.refuse_logout(&found, "logout token used before", claimed, origin))),
        }
    }

    fn end_of(&self, found: &StoredIdentityProvider, logout: ProviderLogout, origin: &RequestOrigin) -> EndProviderSessions {
        let (now, issuer) = (self.now(), found.provider.settings.issuer.clone());
        let hash = Sha256::new().chain_update(b"logout\0").chain_update(&issuer).chain_update(b"\0").chain_update(&logout.token_id);
        let actor = Actor::IdentityProvider(found.provider.uid);
        let audit = AuditEntry::success(now, Action::SessionEnded, ResourceKind::Session, actor, origin.clone())
            .with("identity_provider", found.provider.code.clone());
        EndProviderSessions {
            provider: found.provider.number,
            issuer,
            spent: SpentToken { hash: hash.finalize().into(), expires_at: logout.expires_at },
            logout,
            end: End { at: now, reason: EndReason::ProviderLogout, by: None },
            audit,
        }
    }

    fn refuse_logout(
        &self,
        found: &StoredIdentityProvider,
        why: &'static str,
        claimed: [u8; 16],
        origin: &RequestOrigin,
    ) -> ProviderLogoutRefusal {
        let claim = Claim::Known(found.provider.code.clone(), found.provider.tenant_number());
        self.refusals.note(RefusedCaller { what: Refused::Token, why, claim, origin, is_daily: false }, self.now());
        self.attempts.count(claimed, &origin.network(), &self.policy.attempts, self.now());
        ProviderLogoutRefusal::NotBelieved
    }
}
