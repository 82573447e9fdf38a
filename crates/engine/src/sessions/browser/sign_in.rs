//! Signing in on the page for it.

use std::sync::Arc;

use crate::audit::{Action, AuditEntry, RequestOrigin, ResourceKind};
use crate::callers::EndUser;
use crate::engine::Engine;
use crate::error::{EngineError, StoreError};
use crate::openid::store::{Reauthentication, ReauthenticationOutcome};
use crate::secret::{Passcode, SessionSecret};
use crate::sessions::credentials::SignInName;
use crate::sessions::open::{OpenRefusal, ProvenUser, SessionWish};
use crate::sessions::sign_in::{LOOKS, SignInRefusal};
use crate::sessions::{Birth, Session, SessionFacts};

impl Engine {
    /// Signs somebody in by username or address. `held`: by what the browser holds a session already. Where that is the same user's, it goes on
    /// under a new secret, and its applications with it; where it is another's, it ends. Unknown, wrong, locked, disabled and unverified
    /// take the same time, and but for a lock give the same refusal; whoever asks tells none of them from another.
    ///
    /// # Errors
    /// When too many passcodes wait to be checked, or the store cannot be relied on.
    pub async fn sign_in_at_browser(
        &self,
        (name, passcode): (String, Passcode),
        held: Option<&SessionSecret>,
        origin: RequestOrigin,
    ) -> Result<Result<(Session, SessionSecret), SignInRefusal>, EngineError> {
        let (name, mut account) = (SignInName::Either(name), None);
        for _ in 0..LOOKS {
            let proven = match self.prove_user(&name, passcode.clone(), &origin).await? {
                Ok(proven) => proven,
                Err(refusal) => return Ok(Err(refusal)),
            };
            account = Some(proven.credentials.account());
            match self.hold_session(proven, held, &origin).await? {
                Ok(opened) => return Ok(Ok(opened)),
                Err(OpenRefusal::CredentialsChanged) => {}
                Err(refusal) => return Ok(Err(refusal.into())),
            }
        }
        self.refuse_changed(&name, account, &origin).await.map(Err)
    }

    /// The session that the browser of `proven` holds from now on.
    pub(crate) async fn hold_session(
        &self,
        proven: ProvenUser,
        held: Option<&SessionSecret>,
        origin: &RequestOrigin,
    ) -> Result<Result<(Session, SessionSecret), OpenRefusal>, EngineError> {
        let held = match held {
            Some(secret) => self.live_or_due_session(secret, origin).await?.ok(),
            None => None,
        };
        let held = held.filter(|(held, _)| held.session.birth == Birth::Browser);
        let held = held.map(|(held, _)| EndUser::new(held.session, held.bearer));
        let (own, others) = match held {
            Some(held) if held.user() == proven.credentials.user => (Some(held), None),
            held => (None, held),
        };
        if let Some(own) = own {
            return self.reauthenticate(&own, &proven, origin).await;
        }
        let wish = SessionWish {
            birth: Birth::Browser,
            ttl_seconds: None,
            slides: None,
            caption: None,
            label: None,
            note: None,
            metadata: Default::default(),
        };
        let opened = self.open_session(proven, wish, origin.clone()).await?;
        if let (Ok(_), Some(others)) = (&opened, others) {
            self.leave_session(&others, origin).await?;
        }
        Ok(opened.map(|opened| (opened.view.session, opened.secret)))
    }

    async fn reauthenticate(
        &self,
        held: &EndUser,
        proven: &ProvenUser,
        origin: &RequestOrigin,
    ) -> Result<Result<(Session, SessionSecret), OpenRefusal>, EngineError> {
        // Whoever proved nothing begins anew.
        let Some(authentication) = proven.authentication else { return Ok(Err(OpenRefusal::CredentialsChanged)) };
        let (now, next) = (self.now(), SessionSecret::mint(&*self.entropy)?);
        let session = held.shown();
        let audit = AuditEntry::success(now, Action::SessionReauthenticated, ResourceKind::Session, held.actor(), origin.clone())
            .on(session.uid)
            .within(session.tenant);
        let audit = match &proven.provider {
            Some(proof) => audit.with("identity_provider", proof.provider.clone()),
            None => audit,
        };
        let proof = Reauthentication {
            session: session.number,
            user: session.user,
            proven: proven.proven.clone(),
            subject: proven.subject.clone(),
            provider: proven.provider.clone(),
            secret: next.hash(),
            authentication,
            at: now,
            audit,
        };
        Ok(match self.store.reauthenticate(held.basis(now), proof).await {
            Ok(ReauthenticationOutcome::Done) => {
                let facts = SessionFacts { authentication: Some(authentication), ..(*session.facts).clone() };
                Ok((Session { facts: Arc::new(facts), ..session.clone() }, next))
            }
            Ok(ReauthenticationOutcome::Locked { until }) => Err(OpenRefusal::Locked { wait: until.since(now) }),
            // It ended meanwhile, or somebody was quicker: whoever looks again finds another.
            Ok(ReauthenticationOutcome::CredentialsChanged) | Err(StoreError::Lapsed(_)) => Err(OpenRefusal::CredentialsChanged),
            Err(error) => return Err(error.into()),
        })
    }
}
