//! Sign-ins through providers that come to nothing: told to the trail like any refused sign-in, floods summed by provider, network and
//! minute.

use super::protocol::ProviderFault;
use super::sign_in::ProviderRefusal;
use crate::audit::{Action, Actor, AuditEntry, AuditResult, RequestOrigin, ResourceKind};
use crate::directory::identity_provider::IdentityProviderRecord;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::UserUid;
use crate::sessions::credentials::{RefusedSignIn, SignInSubject};

impl From<ProviderFault> for ProviderRefusal {
    fn from(fault: ProviderFault) -> Self {
        match fault {
            ProviderFault::Away(_) => Self::Away,
            ProviderFault::NotBelieved(_) => Self::NotBelieved,
        }
    }
}

impl Engine {
    /// Tells the trail, and hands the refusal on. Nothing is locked by it: nobody guesses here.
    pub(super) async fn refuse_at_provider(
        &self,
        provider: &IdentityProviderRecord,
        refusal: ProviderRefusal,
        why: &'static str,
        user: Option<UserUid>,
        origin: &RequestOrigin,
    ) -> Result<ProviderRefusal, EngineError> {
        let now = self.now();
        let subject = SignInSubject { name: *provider.uid.as_bytes(), network: origin.network() };
        let mut audit = AuditEntry::success(now, Action::SignInRefused, ResourceKind::SignIn, Actor::Stranger, origin.clone())
            .within(provider.tenant_number())
            .with("reason", why)
            .with("network", subject.network.clone())
            .with("identity_provider", provider.code.clone());
        audit.result = AuditResult::Refused;
        if let Some(user) = user {
            audit = audit.with("user_id", user.to_string());
        }
        let summed_under = subject.name;
        let refused = RefusedSignIn { subject, summed_under, at: now, counts: false, lockout: self.policy.lockout, audit };
        self.store.refuse_sign_in(refused).await?;
        Ok(refusal)
    }
}
