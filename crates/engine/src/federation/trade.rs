//! An application without a browser trades a provider's ID token for a session of its user, and for tokens within that (RFC 8693).

use sha2::{Digest as _, Sha256};

use super::protocol::{ProviderFault, TradedIdentity};
use super::store::SpentToken;
use crate::audit::{Actor, RequestOrigin};
use crate::callers::{Authorisation, ClientApplication};
use crate::clock::{Span, Timestamp};
use crate::directory::identity_provider::StoredIdentityProvider;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::sessions::authenticate::end_entry;
use crate::sessions::open::{OpenedSession, ProvenUser, SessionWish};
use crate::sessions::store::EndCause;
use crate::sessions::{Birth, End, EndReason};
use crate::tokens::client_credentials::ApplicationTokens;
use crate::tokens::exchange::{ExchangeRefusal, SubjectCredential};
use crate::tokens::wish::TokenWish;

/// How old an ID token may be.
const OLDEST: Span = Span::from_seconds(600);

/// How far a provider's clock may be ahead of ours: so long after [`OLDEST`] is a token remembered.
const SKEW: Span = Span::from_seconds(60);

impl Engine {
    /// Opens a session for the user of `id_token` and gives `client` tokens within it. The token is for us or a listed audience, under ten
    /// minutes old, and works once; the provider is one of the client's tenant or of the platform. `wished`: as in
    /// [`Engine::exchange_token`]; it is judged before anything is used up.
    ///
    /// # Errors
    /// As there.
    pub async fn trade_id_token(
        &self,
        client: &ClientApplication,
        id_token: &str,
        wished: TokenWish<'_>,
        origin: &RequestOrigin,
    ) -> Result<Result<ApplicationTokens, ExchangeRefusal>, EngineError> {
        if client.is_public() || !client.record().may_act() {
            return Ok(Err(ExchangeRefusal::NotAllowed));
        }
        if let Err(refusal) = self.judge_wish(client, wished) {
            return Ok(Err(refusal));
        }
        let proven = match self.proven_by_id_token(client, id_token, origin).await? {
            Ok(proven) => proven,
            Err(refusal) => {
                self.note_refused_client(client, "id token not valid", origin);
                return Ok(Err(refusal));
            }
        };
        let ttl_seconds = Some(self.policy.sessions.browser_ttl_seconds);
        let wish = SessionWish {
            birth: Birth::Login,
            ttl_seconds,
            slides: None,
            caption: None,
            label: None,
            note: None,
            metadata: Default::default(),
        };
        let Ok(opened) = self.open_session(proven, wish, origin.clone()).await? else { return Ok(Err(ExchangeRefusal::Subject)) };
        // Its secret leads to the tokens and goes nowhere else: from then on it is held by them alone.
        let credential = SubjectCredential::SessionSecret(opened.secret.clone());
        let tokens = self.exchange_token(client, credential, wished, origin).await?;
        if tokens.is_err() {
            self.end_untold(&opened, origin).await?;
        }
        Ok(tokens)
    }

    /// The user of an ID token whom the client may have a session of.
    async fn proven_by_id_token(
        &self,
        client: &ClientApplication,
        id_token: &str,
        origin: &RequestOrigin,
    ) -> Result<Result<ProvenUser, ExchangeRefusal>, EngineError> {
        let Some(found) = self.provider_of(client, id_token).await? else { return Ok(Err(ExchangeRefusal::Subject)) };
        let traded = match self.providers.verify_id_token(&self.provider_client(&found)?, id_token).await {
            Ok(traded) => traded,
            Err(ProviderFault::Away(_)) => return Ok(Err(ExchangeRefusal::ProviderAway)),
            Err(ProviderFault::NotBelieved(_)) => return Ok(Err(ExchangeRefusal::Subject)),
        };
        let Some(spent) = spent(&traded, id_token, self.now()) else { return Ok(Err(ExchangeRefusal::Subject)) };
        let admitted = self.admit_identity(&found.provider, &traded.identity, Some(spent), origin).await?;
        let is_reached = |user: &ProvenUser| {
            let home = user.credentials.tenant.map(|home| home.number);
            client.record().is_platform || (home.is_some() && home == client.record().tenant_number())
        };
        Ok(admitted.ok().filter(is_reached).ok_or(ExchangeRefusal::Subject))
    }

    /// The provider that an ID token claims to be of, for us or one of its further audiences: one of the client's tenant before one of the
    /// platform.
    async fn provider_of(&self, client: &ClientApplication, id_token: &str) -> Result<Option<StoredIdentityProvider>, EngineError> {
        let Some(claimed) = self.providers.claimed_origin(id_token) else { return Ok(None) };
        let mut found = self.store.identity_providers_of_issuer(&claimed.issuer, &claimed.audience).await?;
        let tenant = client.record().tenant_number();
        found.retain(|found| found.serves() && found.provider.tenant_number().is_none_or(|home| Some(home) == tenant));
        found.sort_by_key(|found| found.provider.tenant.is_none());
        Ok(found.into_iter().next())
    }

    /// Ends a session that nobody was told of.
    async fn end_untold(&self, opened: &OpenedSession, origin: &RequestOrigin) -> Result<(), EngineError> {
        let (now, session) = (self.now(), &opened.view.session);
        let end = End { at: now, reason: EndReason::Revoked, by: None };
        let audit = end_entry(now, Actor::System("token exchange"), session, origin);
        self.store.end_session(Authorisation::Server, session.number, EndCause::Deliberate(end), now, audit).await?;
        Ok(())
    }
}

/// As what the token is remembered, if it is young enough. What is signed names it: a signature may have more than one form.
fn spent(traded: &TradedIdentity, id_token: &str, now: Timestamp) -> Option<SpentToken> {
    let (signed, _) = id_token.rsplit_once('.')?;
    let hash = Sha256::new().chain_update(b"id_token\0").chain_update(signed).finalize();
    let expires_at = traded.issued_at.plus(OLDEST).plus(SKEW);
    (now.since(traded.issued_at) < OLDEST).then(|| SpentToken { hash: hash.into(), expires_at })
}
