//! Redeeming an authorization code (RFC 6749 section 4.1.3): once, within its minute, by the application that it was made for.

use super::code::{AuthorizationCode, AuthorizationCodeHash};
use super::store::{CodeTerms, StoredCode};
use crate::audit::{Action, AuditEntry, AuditResult, RequestOrigin, ResourceKind};
use crate::callers::{Authorisation, ClientApplication};
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::sessions::store::SessionLookup;
use crate::sessions::verdict::SessionSnapshot;
use crate::tokens::Generation;
use crate::tokens::audience::{Audience, TargetRefused};
use crate::tokens::client_credentials::ApplicationTokens;
use crate::tokens::exchange::GRANTS_AT_MOST;
use crate::tokens::grant::GrantTerms;
use crate::tokens::refresh_token::{RefreshSecret, RefreshToken};
use crate::tokens::scope::{OFFLINE_ACCESS, OPENID};
use crate::tokens::store::{GrantSubject, NewGrant};
use crate::tokens::wish::TokenWish;

/// What an application shows to have its tokens.
#[derive(Debug)]
pub struct ShownCode<'a> {
    pub code: &'a str,
    /// The same as when the code was asked for.
    pub redirect_uri: &'a str,
    pub verifier: &'a str,
    /// Resource servers, of those that the code was asked for with (RFC 8707 section 2.2); all of them where there is none.
    pub resources: &'a [String],
}

/// Why a code is not redeemed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeRefusal {
    /// Unknown, over, used before, of another application or address, or its verifier is another. To the caller all are one.
    Code,
    /// The code is good, and was not made for that resource server. It can be redeemed still.
    Target(TargetRefused),
}

impl Engine {
    /// Gives `client` the tokens of a code. Where it was redeemed before, what it was redeemed for ends: one of the two is a thief.
    ///
    /// # Errors
    /// When the store, the clock, the randomness or the signing keys cannot be relied on; the grant may then exist (never told, never
    /// usable).
    pub async fn redeem_code(
        &self,
        client: &ClientApplication,
        shown: &ShownCode<'_>,
        origin: &RequestOrigin,
    ) -> Result<Result<ApplicationTokens, CodeRefusal>, EngineError> {
        let redeemed = self.try_to_redeem(client, shown, origin).await?;
        match &redeemed {
            Ok(_) => {}
            Err(CodeRefusal::Code) => self.note_refused_client(client, "code not valid", origin),
            Err(CodeRefusal::Target(_)) => self.note_refused_client(client, "resource", origin),
        }
        Ok(redeemed)
    }

    async fn try_to_redeem(
        &self,
        client: &ClientApplication,
        shown: &ShownCode<'_>,
        origin: &RequestOrigin,
    ) -> Result<Result<ApplicationTokens, CodeRefusal>, EngineError> {
        let Some(code) = AuthorizationCode::parse(shown.code).map(|code| code.hash(&self.keys)) else { return Ok(Err(CodeRefusal::Code)) };
        let Some(found) = self.code_of(client, &code).await? else { return Ok(Err(CodeRefusal::Code)) };
        let is_proven = found.terms.redirect_uri == shown.redirect_uri && found.terms.challenge.is_of(shown.verifier);
        if !is_proven || !client.record().may_act() {
            return Ok(Err(CodeRefusal::Code));
        }
        if found.grant.is_some() {
            return self.end_replayed(client, code, origin).await.map(Err);
        }
        let wished = self.wished_audience(TokenWish { resources: shown.resources, ..TokenWish::default() });
        let audience = match wished.and_then(|wished| found.terms.audience.narrowed(wished, &client.record().resources)) {
            Ok(audience) => audience,
            Err(refused) => return Ok(Err(CodeRefusal::Target(refused))),
        };
        let now = self.now();
        let secret = RefreshSecret::root(&*self.entropy)?;
        let begun = match self.store.session(SessionLookup::Number(found.terms.session)).await? {
            Some(session) => {
                let new = new_grant(client, (&found.terms, code), (&session, &secret), now, origin);
                self.store.begin_application_grant(client.basis(now).into(), new).await?.map(|grant| (session, grant))
            }
            None => None,
        };
        let Some((session, grant)) = begun else {
            // Somebody else may have been quicker.
            let is_replayed = self.code_of(client, &code).await?.is_some_and(|found| found.grant.is_some());
            return if is_replayed { self.end_replayed(client, code, origin).await.map(Err) } else { Ok(Err(CodeRefusal::Code)) };
        };
        let refresh = RefreshToken::new(grant, Generation(0), secret, &self.keys);
        self.tokens_of_code(client, &session, refresh, (&found.terms, audience)).await.map(Ok)
    }

    async fn code_of(&self, client: &ClientApplication, code: &AuthorizationCodeHash) -> Result<Option<StoredCode>, EngineError> {
        let found = self.store.code(*code).await?;
        Ok(found.filter(|found| found.terms.application == client.record().number))
    }

    async fn tokens_of_code(
        &self,
        client: &ClientApplication,
        session: &SessionSnapshot,
        refresh: RefreshToken,
        (terms, audience): (&CodeTerms, Audience),
    ) -> Result<ApplicationTokens, EngineError> {
        let has = |word: &str| terms.scope.iter().any(|scope| scope == word);
        let (is_openid, is_offline) = (has(OPENID), has(OFFLINE_ACCESS));
        let given = GrantTerms { audience, scope: terms.scope.clone(), authentication: Some(terms.authentication) };
        let mut tokens = self.application_tokens(client, session, refresh, given).await?;
        if !is_offline {
            tokens.refresh = None;
        }
        if is_openid {
            tokens.id_token = Some(self.id_token(client, session, terms, &tokens.access).await?);
        }
        Ok(tokens)
    }

    /// Ends what a code was redeemed for that is shown again.
    async fn end_replayed(
        &self,
        client: &ClientApplication,
        code: AuthorizationCodeHash,
        origin: &RequestOrigin,
    ) -> Result<CodeRefusal, EngineError> {
        let record = client.record();
        let mut audit = AuditEntry::success(self.now(), Action::CodeReplayed, ResourceKind::Application, client.actor(), origin.clone())
            .on(record.uid)
            .within(record.tenant_number());
        audit.result = AuditResult::Refused;
        self.store.end_grant_of_code(Authorisation::Server, code, audit).await?;
        Ok(CodeRefusal::Code)
    }
}

fn new_grant(
    client: &ClientApplication,
    (terms, code): (&CodeTerms, AuthorizationCodeHash),
    (session, secret): (&SessionSnapshot, &RefreshSecret),
    now: Timestamp,
    origin: &RequestOrigin,
) -> NewGrant {
    let session = &session.session;
    let audit = AuditEntry::success(now, Action::CodeRedeemed, ResourceKind::Session, client.actor(), origin.clone())
        .on(session.uid)
        .within(session.tenant)
        .with("user_id", session.user_uid.to_string())
        .with("scope", terms.scope.join(" "));
    NewGrant {
        session: session.number,
        subject: GrantSubject::Code(code),
        application: client.record().number,
        epochs: terms.epochs,
        audience: terms.audience.clone(),
        scope: terms.scope.clone(),
        authentication: Some(terms.authentication),
        hash: secret.hash(),
        now,
        at_most: GRANTS_AT_MOST,
        audit: terms.audience.told_in(audit),
    }
}
