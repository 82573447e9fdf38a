//! A token for an application itself (RFC 6749 section 4.4): no session, no refresh token; it lives by the application.

use super::access_token::{AccessTokenClaims, ApplicationBound, TokenSubject};
use super::audience::{Audience, TargetRefused};
use super::authenticate::TokenRefusal;
use super::log_in::{AccessToken, NewAccessToken};
use super::refresh_token::RefreshToken;
use super::scope::{ScopeRefused, granted, still_given};
use super::wish::TokenWish;
use crate::audit::{Action, AuditEntry, RequestOrigin, ResourceKind};
use crate::callers::ClientApplication;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::machine::application::ClientRecord;
use crate::machine::store::ClientLookup;

/// What an application is handed.
#[derive(Debug)]
pub struct ApplicationTokens {
    pub access: AccessToken,
    /// Only within a session.
    pub refresh: Option<RefreshToken>,
    /// Where the user signed in to the application.
    pub id_token: Option<String>,
    /// What the tokens are good for.
    pub scope: Vec<String>,
}

/// Why an application gets no token for itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MachineRefusal {
    Scope(ScopeRefused),
    Target(TargetRefused),
    /// Its tenant is closed, or it is public: then anybody would get the token (RFC 6749 section 4.4).
    NotAllowed,
}

impl Engine {
    /// Gives `client` an access token for itself, and tells the trail. It has all scopes of its own where none is wished, and is for this
    /// server where no other one is.
    ///
    /// # Errors
    /// When the store, the randomness or the signing keys cannot be relied on.
    pub async fn issue_machine_token(
        &self,
        client: &ClientApplication,
        wished: TokenWish<'_>,
        origin: &RequestOrigin,
    ) -> Result<Result<ApplicationTokens, MachineRefusal>, EngineError> {
        let ClientRecord { uid, client_id, tenant, epochs, scopes, resources, .. } = client.record();
        if client.is_public() || !client.record().may_act() {
            self.note_refused_client(client, "not allowed", origin);
            return Ok(Err(MachineRefusal::NotAllowed));
        }
        let scope = match granted(wished.scope, scopes) {
            Ok(scope) => scope,
            Err(refused) => {
                self.note_refused_client(client, "scope", origin);
                return Ok(Err(MachineRefusal::Scope(refused)));
            }
        };
        let audience = match self.wished_audience(wished).and_then(|wished| Audience::begun(wished, resources)) {
            Ok(audience) => audience,
            Err(refused) => {
                self.note_refused_client(client, "resource", origin);
                return Ok(Err(MachineRefusal::Target(refused)));
            }
        };
        let within = tenant.map(|tenant| tenant.number);
        let tenant = tenant.map(|tenant| tenant.uid);
        let bound = ApplicationBound { application: *uid, client_id: client_id.clone(), tenant, epochs: *epochs };
        let subject = TokenSubject::Application(bound);
        let new = NewAccessToken {
            subject,
            within: None,
            audience: audience.clone(),
            scope: scope.clone(),
            authentication: None,
            session_metadata: None,
        };
        let access = self.issue_access_token(new)?;
        let audit = AuditEntry::success(self.now(), Action::TokenGranted, ResourceKind::Application, client.actor(), origin.clone());
        let audit = audit.on(uid).within(within).with("client_id", client_id.as_str()).with("scope", scope.join(" "));
        let audit = audience.told_in(audit);
        self.store.record_audit(client.basis(audit.at), audit).await?;
        Ok(Ok(ApplicationTokens { access, refresh: None, id_token: None, scope }))
    }

    /// The application of these claims as it is now, held to what the token was given and the application still has.
    pub(crate) async fn live_application(
        &self,
        claims: &AccessTokenClaims,
        bound: &ApplicationBound,
    ) -> Result<Result<ClientApplication, TokenRefusal>, EngineError> {
        if !claims.are_in_time(self.now(), self.policy.tokens.clock_leeway()) {
            return Ok(Err(TokenRefusal::OutOfTime));
        }
        let Some(record) = self.store.client(ClientLookup::Token(bound.application, claims.token_uid)).await? else {
            return Ok(Err(TokenRefusal::Revoked));
        };
        // An application that went to another tenant is under other epochs, whatever their numbers.
        let same = |record: &ClientRecord| {
            let tenant = record.tenant.map(|tenant| tenant.uid);
            record.stands_by(&bound.epochs) && tenant == bound.tenant && record.client_id == bound.client_id && !record.is_public()
        };
        if !same(&record) {
            return Ok(Err(TokenRefusal::ApplicationOver));
        }
        let scopes = still_given(&claims.scope, &record.scopes);
        Ok(Ok(ClientApplication::limited_to(&record, scopes, claims.token_uid)))
    }
}
