//! Token exchange (RFC 8693): an application that is shown the credential of a live session is given tokens within it.

use super::Generation;
use super::access_token::TokenSubject;
use super::audience::{Audience, TargetRefused};
use super::client_credentials::ApplicationTokens;
use super::grant::GrantTerms;
use super::log_in::{Holder, NewAccessToken, bound};
use super::refresh_token::{RefreshSecret, RefreshToken};
use super::scope::{ScopeRefused, delegable, granted, still_given};
use super::store::{GrantSubject, NewGrant};
use super::wish::TokenWish;
use crate::audit::{Action, AuditEntry, RequestOrigin, ResourceKind};
use crate::callers::ClientApplication;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::secret::SessionSecret;
use crate::sessions::Authentication;
use crate::sessions::authenticate::TouchKind;
use crate::sessions::store::SessionLookup;
use crate::sessions::verdict::{SessionSnapshot, Verdict, verdict};

/// Grants that one application may hold within one session. The one that rested longest makes room for a new one.
pub const GRANTS_AT_MOST: u32 = 16;

/// What is exchanged.
pub enum SubjectCredential {
    /// The bearer secret of a session.
    SessionSecret(SessionSecret),
    AccessToken(zeroize::Zeroizing<String>),
}

/// Why nothing is exchanged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExchangeRefusal {
    /// What is shown is no credential of a live session within the client's reach: the cases are one (P4).
    Subject,
    Scope(ScopeRefused),
    Target(TargetRefused),
    /// The client's tenant is closed, or the client is public: anybody could name it.
    NotAllowed,
    /// The identity provider whose token is shown cannot be asked for its keys now.
    ProviderAway,
}

/// A live session, and what may at most go with it.
struct Subject {
    session: SessionSnapshot,
    credential: GrantSubject,
    scope: Vec<String>,
    /// `None`: whatever the client may ask for.
    audience: Option<Audience>,
    /// What stands behind the credential.
    authentication: Option<Authentication>,
}

impl Subject {
    /// What of it `client` is given.
    fn terms(&self, client: &ClientApplication, scope: Option<&str>, audience: Option<Audience>) -> Result<GrantTerms, ExchangeRefusal> {
        let scope = granted(scope, &self.scope).map_err(ExchangeRefusal::Scope)?;
        let audience = Audience::begun(audience, &client.record().resources).map_err(ExchangeRefusal::Target)?;
        if !self.audience.as_ref().is_none_or(|most| audience.is_within(most)) {
            return Err(ExchangeRefusal::Target(TargetRefused));
        }
        Ok(GrantTerms { audience, scope, authentication: self.authentication })
    }
}

impl Engine {
    /// Gives `client` tokens within the session of `credential`, with all scopes that may go where none is wished, and for this server where
    /// no other one is. A token that was itself given to an application hands on no more than it has.
    ///
    /// # Errors
    /// When the store, the clock, the randomness or the signing keys cannot be relied on; the grant may then exist (never told,
    /// never usable).
    pub async fn exchange_token(
        &self,
        client: &ClientApplication,
        credential: SubjectCredential,
        wished: TokenWish<'_>,
        origin: &RequestOrigin,
    ) -> Result<Result<ApplicationTokens, ExchangeRefusal>, EngineError> {
        if client.is_public() || !client.record().may_act() {
            return Ok(Err(ExchangeRefusal::NotAllowed));
        }
        let now = self.now();
        let subject = self.exchanged_subject(client, credential, now).await?;
        let Some(subject) = subject.filter(|subject| client.reaches(&subject.session.session)) else {
            return Ok(Err(ExchangeRefusal::Subject));
        };
        let audience = self.wished_audience(wished).map_err(ExchangeRefusal::Target);
        let terms = match audience.and_then(|audience| subject.terms(client, wished.scope, audience)) {
            Ok(terms) => terms,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Subject { session, credential, .. } = subject;
        let secret = RefreshSecret::root(&*self.entropy)?;
        let new = NewGrant { subject: credential, ..new_grant(client, &session, (&terms, &secret), now, origin) };
        let Some(grant) = self.store.begin_application_grant(client.basis(now).into(), new).await? else {
            return Ok(Err(ExchangeRefusal::Subject));
        };
        let SessionSnapshot { session, standing, bearer } = session;
        let session = self.touch(session, TouchKind::Activity, now).await?;
        let refresh = RefreshToken::new(grant, Generation(0), secret, &self.keys);
        self.application_tokens(client, &SessionSnapshot { session, standing, bearer }, refresh, terms).await.map(Ok)
    }

    /// Whether `client` may have what it wishes of a session.
    pub(crate) fn judge_wish(&self, client: &ClientApplication, wished: TokenWish<'_>) -> Result<(), ExchangeRefusal> {
        granted(wished.scope, &delegable(&client.record().scopes)).map_err(ExchangeRefusal::Scope)?;
        let audience = self.wished_audience(wished).map_err(ExchangeRefusal::Target)?;
        Audience::begun(audience, &client.record().resources).map_err(ExchangeRefusal::Target)?;
        Ok(())
    }

    async fn exchanged_subject(
        &self,
        client: &ClientApplication,
        shown: SubjectCredential,
        now: Timestamp,
    ) -> Result<Option<Subject>, EngineError> {
        let own = delegable(&client.record().scopes);
        let token = match shown {
            SubjectCredential::AccessToken(token) => token,
            SubjectCredential::SessionSecret(secret) => {
                let found = self.store.session(SessionLookup::Secret(secret.hash())).await?;
                let Some(session) = found else { return Ok(None) };
                let lives = verdict(&session, now)? == Verdict::Live && !session.bearer.password_is_due;
                let authentication = session.session.authentication;
                return Ok(lives.then_some(Subject {
                    session,
                    credential: GrantSubject::Secret,
                    scope: own,
                    audience: None,
                    authentication,
                }));
            }
        };
        let Some(claims) = self.verified_tokens.verify(&token, &*self.crypto) else { return Ok(None) };
        // What a token was issued under stands behind what it is exchanged for, whatever its session has seen since.
        let authentication = claims.authentication;
        Ok(match &claims.subject {
            TokenSubject::User(bound) => {
                let live = self.live_user_token(&claims, bound, now).await?;
                let credential = GrantSubject::Grant(bound.grant);
                live.ok().map(|session| Subject { session, credential, scope: own, audience: None, authentication })
            }
            TokenSubject::Delegate(bound, client_id) => {
                let live = self.live_delegate_token(&claims, (bound, client_id), now).await?;
                live.ok().map(|live| {
                    let held = still_given(&claims.scope, &live.holder.client.scopes);
                    Subject {
                        session: live.session,
                        credential: GrantSubject::Grant(bound.grant),
                        scope: still_given(&own, &held),
                        audience: Some(claims.audience.clone()),
                        authentication,
                    }
                })
            }
            // The one stands for no session, the other authenticates nobody within one.
            TokenSubject::Application(_) | TokenSubject::Storage(_) => None,
        })
    }

    /// An access token for `client` within `session`, together with the refresh token that replaces both.
    pub(crate) async fn application_tokens(
        &self,
        client: &ClientApplication,
        within: &SessionSnapshot,
        refresh: RefreshToken,
        GrantTerms { audience, scope, authentication }: GrantTerms,
    ) -> Result<ApplicationTokens, EngineError> {
        let bound = bound(&within.session, &refresh, &Holder::from(&within.bearer));
        let subject = TokenSubject::Delegate(bound, client.record().client_id.clone());
        let session_metadata = self.session_claims(client.record(), within.session.number).await?;
        let new =
            NewAccessToken { subject, within: Some(&within.session), audience, scope: scope.clone(), authentication, session_metadata };
        let access = self.issue_access_token(new)?;
        Ok(ApplicationTokens { access, refresh: Some(refresh), id_token: None, scope })
    }
}

fn new_grant(
    client: &ClientApplication,
    within: &SessionSnapshot,
    (terms, secret): (&GrantTerms, &RefreshSecret),
    now: Timestamp,
    origin: &RequestOrigin,
) -> NewGrant {
    let session = &within.session;
    let audit = AuditEntry::success(now, Action::TokenExchanged, ResourceKind::Session, client.actor(), origin.clone())
        .on(session.uid)
        .within(session.tenant)
        .with("user_id", session.user_uid.to_string())
        .with("scope", terms.scope.join(" "));
    NewGrant {
        session: session.number,
        subject: GrantSubject::Secret,
        application: client.record().number,
        epochs: client.record().epochs,
        audience: terms.audience.clone(),
        scope: terms.scope.clone(),
        authentication: terms.authentication,
        hash: secret.hash(),
        now,
        at_most: GRANTS_AT_MOST,
        audit: terms.audience.told_in(audit),
    }
}
