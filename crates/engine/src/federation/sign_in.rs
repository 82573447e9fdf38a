//! Signing in with what a provider says.

use subtle::ConstantTimeEq as _;

use super::protocol::{BroughtCode, ProviderIdentity};
use super::start::ProviderAttempt;
use super::store::{ProviderProof, SettleIdentity, SettledIdentity, SpentToken};
use crate::audit::{Actor, RequestOrigin};
use crate::callers::{Authorisation, Deed};
use crate::clock::Timestamp;
use crate::directory::identity_provider::{IdentityProviderRecord, StoredIdentityProvider};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::UserUid;
use crate::secret::SessionSecret;
use crate::sessions::credentials::Credentials;
use crate::sessions::open::{OpenRefusal, ProvenUser};
use crate::sessions::sign_in::{LOOKS, not_entitled};
use crate::sessions::{Authentication, AuthenticationMethod, Session};

/// Why nobody is signed in through a provider.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProviderRefusal {
    /// There is no such provider, or it serves nobody now.
    Unknown,
    /// The provider cannot be asked now.
    Away,
    /// This browser was not sent there, or too long ago.
    NotSent,
    /// The provider says no, or its user did.
    Denied,
    /// What the provider said is not believed.
    NotBelieved,
    /// Nobody here is that, or they may not sign in: to the caller all are one.
    NotAdmitted,
    /// A user cannot be created: the name cannot be one or is somebody else's, or the address is.
    NameTaken,
    AtCap,
    CapInvalid,
}

/// What a browser brings back from a provider.
#[derive(Clone, Copy, Debug)]
pub struct ProviderAnswer<'a> {
    /// The code of the provider at whose address it arrived.
    pub provider: &'a str,
    pub state: &'a str,
    /// `None` where the provider says no.
    pub code: Option<&'a str>,
    /// `iss` (RFC 9207).
    pub issuer: Option<&'a str>,
    pub redirect_uri: &'a str,
}

impl ProviderAnswer<'_> {
    /// Whether this browser was sent to this provider for it (RFC 6749 section 10.12; RFC 9700 section 4.4).
    fn is_of(&self, attempt: &ProviderAttempt) -> bool {
        attempt.provider == self.provider && bool::from(attempt.state().as_bytes().ct_eq(self.state.as_bytes()))
    }
}

impl Engine {
    /// Signs in whoever comes back from a provider. `attempt`: what this browser was sent with; `held`: by what it holds a session already,
    /// as in [`Engine::sign_in_at_browser`].
    ///
    /// # Errors
    /// When the store cannot be relied on.
    pub async fn sign_in_through_provider(
        &self,
        answer: ProviderAnswer<'_>,
        attempt: Option<&ProviderAttempt>,
        held: Option<&SessionSecret>,
        origin: RequestOrigin,
    ) -> Result<Result<(Session, SessionSecret), ProviderRefusal>, EngineError> {
        let found = self.store.identity_provider_called(answer.provider).await?.filter(StoredIdentityProvider::serves);
        let Some(found) = found else { return Ok(Err(ProviderRefusal::Unknown)) };
        let provider = &found.provider;
        let Some(attempt) = attempt.filter(|attempt| answer.is_of(attempt)) else {
            return self.refuse_at_provider(provider, ProviderRefusal::NotSent, "not sent from this browser", None, &origin).await.map(Err);
        };
        let Some(code) = answer.code else {
            return self.refuse_at_provider(provider, ProviderRefusal::Denied, "denied at the provider", None, &origin).await.map(Err);
        };
        let (nonce, verifier) = (attempt.nonce(), attempt.verifier());
        let brought = BroughtCode { code, issuer: answer.issuer, redirect_uri: answer.redirect_uri, nonce: &nonce, verifier: &verifier };
        let identity = match self.providers.redeem(&self.provider_client(&found)?, brought).await {
            Ok(identity) => identity,
            Err(fault) => return self.refuse_at_provider(provider, fault.into(), fault.why(), None, &origin).await.map(Err),
        };
        self.hold_proven(provider, &identity, held, &origin).await
    }

    async fn hold_proven(
        &self,
        provider: &IdentityProviderRecord,
        identity: &ProviderIdentity,
        held: Option<&SessionSecret>,
        origin: &RequestOrigin,
    ) -> Result<Result<(Session, SessionSecret), ProviderRefusal>, EngineError> {
        let mut user = None;
        for _ in 0..LOOKS {
            let proven = match self.admit_identity(provider, identity, None, origin).await? {
                Ok(proven) => proven,
                Err(refusal) => return Ok(Err(refusal)),
            };
            user = Some(proven.credentials.user_uid);
            match self.hold_session(proven, held, origin).await? {
                Ok(opened) => return Ok(Ok(opened)),
                Err(OpenRefusal::CredentialsChanged) => {}
                Err(refusal) => return Ok(Err(refusal.into())),
            }
        }
        self.refuse_at_provider(provider, ProviderRefusal::NotAdmitted, "changed meanwhile", user, origin).await.map(Err)
    }

    /// The user who has this identity, if they may sign in. `spent`: what is used up by that.
    pub(super) async fn admit_identity(
        &self,
        provider: &IdentityProviderRecord,
        identity: &ProviderIdentity,
        spent: Option<SpentToken>,
        origin: &RequestOrigin,
    ) -> Result<Result<ProvenUser, ProviderRefusal>, EngineError> {
        let now = self.now();
        let deed = Deed { at: now, actor: Actor::IdentityProvider(provider.uid), by: None, origin: origin.clone() };
        let settle = SettleIdentity {
            provider: provider.code.clone(),
            identity: identity.clone(),
            uid: UserUid::mint(now, &*self.entropy)?,
            spent,
            deed,
        };
        let (refusal, why, user) = match self.store.settle_identity(Authorisation::Verified, settle).await? {
            SettledIdentity::Of(credentials) if not_entitled(&credentials).is_none() => {
                return Ok(Ok(proven(provider, identity, *credentials, now)));
            }
            SettledIdentity::Of(credentials) => (ProviderRefusal::NotAdmitted, "not entitled", Some(credentials.user_uid)),
            SettledIdentity::NotAdmitted(why, user) => (ProviderRefusal::NotAdmitted, why, user),
            SettledIdentity::NameTaken => (ProviderRefusal::NameTaken, "no free name", None),
            SettledIdentity::Spent => (ProviderRefusal::NotBelieved, "token used before", None),
        };
        self.refuse_at_provider(provider, refusal, why, user, origin).await.map(Err)
    }
}

/// When and how they proved who they are to the provider. It may say that this was long ago; how, it says only where that is believed.
fn authentication(provider: &IdentityProviderRecord, identity: &ProviderIdentity, now: Timestamp) -> Authentication {
    let told = identity.methods.iter().filter(|_| provider.settings.trust_amr);
    let methods = told.filter_map(|method| AuthenticationMethod::parse(method)).collect();
    Authentication::by_identity_provider(identity.authenticated_at.map_or(now, |at| at.min(now)), methods)
}

fn proven(provider: &IdentityProviderRecord, identity: &ProviderIdentity, credentials: Credentials, now: Timestamp) -> ProvenUser {
    let proof = ProviderProof {
        provider: provider.code.clone(),
        issuer: identity.issuer.clone(),
        subject: identity.subject.clone(),
        provider_session: identity.provider_session.clone(),
        groups: identity.groups.clone(),
    };
    let authentication = Some(authentication(provider, identity, now));
    ProvenUser { credentials, proven: None, subject: None, authentication, provider: Some(proof) }
}

impl From<OpenRefusal> for ProviderRefusal {
    fn from(refusal: OpenRefusal) -> Self {
        match refusal {
            OpenRefusal::AtCap => Self::AtCap,
            OpenRefusal::CapInvalid => Self::CapInvalid,
            OpenRefusal::CredentialsChanged | OpenRefusal::Locked { .. } => Self::NotAdmitted,
        }
    }
}
