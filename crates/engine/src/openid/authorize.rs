//! Letting an application into a browser's session (OpenID Connect Core 1.0 section 3.1.2).

use std::sync::Arc;

use super::code::{AuthorizationCode, CODE_LIFETIME};
use super::pkce::CodeChallenge;
use super::store::{CodeTerms, NewCode, StoredAuthorization};
use crate::audit::{Action, AuditEntry, RequestOrigin, ResourceKind};
use crate::clock::{Span, Timestamp};
use crate::engine::Engine;
use crate::error::{EngineError, StoreError};
use crate::ids::TenantNumber;
use crate::machine::application::ClientRecord;
use crate::machine::store::ClientLookup;
use crate::sessions::Authentication;
use crate::sessions::browser::visit::Visitor;
use crate::tokens::audience::{Audience, TargetRefused};
use crate::tokens::scope::{OPENID_SCOPES, ScopeRefused, delegable, granted};
use crate::tokens::wish::TokenWish;

/// An application that asks to be let in, and where its answer goes: both are what the directory has.
#[derive(Clone, Debug)]
pub struct Asker {
    client: Arc<ClientRecord>,
    redirect_uri: String,
}

/// What it asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Authorization {
    /// Separated by spaces; `None`: all that it may have within a session.
    pub scope: Option<String>,
    /// The resource servers that it wants tokens for (RFC 8707 section 2.1); for this server where there is none.
    pub resources: Vec<String>,
    pub nonce: Option<String>,
    pub challenge: CodeChallenge,
    /// Seconds that may have gone since somebody proved who they are.
    pub max_age: Option<u32>,
    /// Since when they must have.
    pub authenticated_since: Option<Timestamp>,
    /// Whether the user is to be asked for consent again.
    pub asks_consent: bool,
}

/// Why an application is not let in, or not yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AuthorizationRefusal {
    Scope(ScopeRefused),
    Target(TargetRefused),
    /// The application has none of this user.
    NotAdmitted,
    /// The user has to prove who they are, once more.
    AuthenticationDue,
    /// The user has to say whether the application may have this scope.
    ConsentDue(Vec<String>),
    /// The session or the application is no longer what it was when it was found.
    Lapsed,
}

impl Asker {
    /// What people know it as.
    pub fn name(&self) -> &str {
        &self.client.name
    }

    /// Whose users it is for; `None`: the platform's.
    pub fn tenant(&self) -> Option<TenantNumber> {
        self.client.tenant_number()
    }

    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// The scope that it would get.
    ///
    /// # Errors
    /// When it asks for more than it may have within a session.
    pub fn scope(&self, asked: &Authorization) -> Result<Vec<String>, ScopeRefused> {
        let own = delegable(&self.client.scopes);
        match asked.scope.as_deref() {
            None => Ok(own),
            wished => granted(wished, &[OPENID_SCOPES.map(str::to_owned).to_vec(), own].concat()),
        }
    }
}

impl Engine {
    /// The application of this client id, if it may act and `redirect_uri` is one of its own. Whoever has no such application is told
    /// on a page of ours, never at an address that is nobody's (RFC 6749 section 4.1.2.1).
    ///
    /// # Errors
    /// When the store cannot be relied on.
    pub async fn asking_application(&self, client_id: &str, redirect_uri: &str) -> Result<Option<Asker>, EngineError> {
        let found = self.store.client(ClientLookup::ClientId(client_id.to_owned())).await?;
        let found = found.filter(|client| client.may_act() && client.redirects_to(redirect_uri));
        Ok(found.map(|client| Asker { client, redirect_uri: redirect_uri.to_owned() }))
    }

    /// Who the tokens are for that it would get.
    ///
    /// # Errors
    /// When it asks for a resource server that the directory does not give it.
    pub fn askable_audience(&self, asker: &Asker, asked: &Authorization) -> Result<Audience, TargetRefused> {
        let wished = self.wished_audience(TokenWish { resources: &asked.resources, ..TokenWish::default() })?;
        Audience::begun(wished, &asker.client.resources)
    }

    /// Lets the application into the session of `visitor`: it is handed a code for tokens within it. `has_consented`: the user has just
    /// said so.
    ///
    /// # Errors
    /// When the store, the clock or the randomness cannot be relied on; the code may then exist (never told, never usable).
    pub async fn authorize(
        &self,
        asker: &Asker,
        asked: &Authorization,
        (visitor, has_consented): (&Visitor, bool),
        origin: &RequestOrigin,
    ) -> Result<Result<AuthorizationCode, AuthorizationRefusal>, EngineError> {
        let found = self.store.authorization(visitor.session.number, asker.client.number).await?;
        let found = found.ok_or_else(|| StoreError::Corrupt("a session that was just found is not there".to_owned()))?;
        let audience = match self.askable_audience(asker, asked) {
            Ok(audience) => audience,
            Err(refused) => return Ok(Err(AuthorizationRefusal::Target(refused))),
        };
        let (scope, authentication) = match self.grantable(asker, asked, (visitor, &found, has_consented)) {
            Ok(grantable) => grantable,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let (code, now) = (AuthorizationCode::mint(&*self.entropy)?, self.now());
        let caller = visitor.caller();
        let client = &asker.client;
        let audit = AuditEntry::success(now, Action::ApplicationAuthorized, ResourceKind::Session, caller.actor(), origin.clone())
            .on(visitor.session.uid)
            .within(visitor.session.tenant)
            .with("application_id", client.uid.to_string())
            .with("scope", scope.join(" "))
            .with("consent", if has_consented { "given" } else { "before" });
        let audit = audience.told_in(audit);
        let terms = CodeTerms {
            session: visitor.session.number,
            application: client.number,
            epochs: client.epochs,
            redirect_uri: asker.redirect_uri.clone(),
            challenge: asked.challenge,
            nonce: asked.nonce.clone(),
            scope,
            audience,
            authentication,
            expires_at: now.plus(CODE_LIFETIME),
        };
        let new = NewCode { code: code.hash(&self.keys), terms, now, is_consent: has_consented, audit };
        match self.store.keep_code(caller.basis(now), new).await {
            Ok(true) => Ok(Ok(code)),
            Ok(false) | Err(StoreError::Lapsed(_)) => Ok(Err(AuthorizationRefusal::Lapsed)),
            Err(error) => Err(error.into()),
        }
    }

    /// The scope that the application gets and what stands behind it, where nothing stands between it and the session.
    fn grantable(
        &self,
        asker: &Asker,
        asked: &Authorization,
        (visitor, found, has_just_consented): (&Visitor, &StoredAuthorization, bool),
    ) -> Result<(Vec<String>, Authentication), AuthorizationRefusal> {
        let scope = asker.scope(asked).map_err(AuthorizationRefusal::Scope)?;
        // Whoever never said yes is asked, also where nothing is asked for.
        let has_consented = found.consented.as_ref().is_some_and(|consented| scope.iter().all(|word| consented.contains(word)));
        let is_asked = asked.asks_consent || !(asker.client.is_first_party || has_consented);
        if !found.is_member && !asker.client.reaches(&visitor.session) {
            return Err(AuthorizationRefusal::NotAdmitted);
        }
        // Where nobody proved anything, there is nobody to tell the application of (OpenID Connect Core 1.0 section 3.1.2.3).
        let authentication = found.authentication.filter(|found| !self.is_stale(found, asked));
        match authentication.ok_or(AuthorizationRefusal::AuthenticationDue)? {
            _ if is_asked && !has_just_consented => Err(AuthorizationRefusal::ConsentDue(scope)),
            authentication => Ok((scope, authentication)),
        }
    }

    fn is_stale(&self, found: &Authentication, asked: &Authorization) -> bool {
        let age = self.now().since(found.at);
        asked.max_age.is_some_and(|seconds| age > Span::from_seconds(seconds))
            || asked.authenticated_since.is_some_and(|since| found.at < since)
    }
}
