//! The protocol as the engine asks for it.

use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloakroom_engine::federation::protocol::{
    AuthorizationWish, BroughtCode, ClaimedOrigin, ProviderClient, ProviderFault, ProviderIdentity, ProviderLogout, ProviderProtocol,
    TradedIdentity,
};

use super::claims::{self, Claims, Expected};
use super::known::{KnownProvider, KnownProviders};
use super::signed::Signed;
use super::{answers, metadata::Metadata};
use crate::http::server_clock::ServerClock;
use crate::outbound::Outbound;

/// The types that ID tokens have, where they have one.
const ID_TYPES: &[&str] = &["jwt"];

/// Likewise of logout tokens; older providers call them what they call everything.
const LOGOUT_TYPES: &[&str] = &["logout+jwt", "application/logout+jwt", "jwt"];

/// Speaks to identity providers over the network.
pub struct IdentityProviders(KnownProviders);

impl IdentityProviders {
    pub fn new(outbound: Arc<Outbound>, clock: ServerClock) -> Self {
        Self(KnownProviders::new(outbound, clock))
    }

    async fn claims(&self, known: &KnownProvider, client: &ProviderClient, token: &str, types: &[&str]) -> Result<Claims, ProviderFault> {
        let token = Signed::read(token, types).map_err(ProviderFault::NotBelieved)?;
        self.0.verified(known, &client.issuer, &token).await
    }

    /// For whom a token must be that was asked for here.
    fn expected<'e>(&self, client: &'e ProviderClient) -> Expected<'e> {
        Expected { issuer: &client.issuer, client_id: &client.client_id, further_audiences: &[], now: self.0.now() }
    }

    /// With what user-info says, where the ID token does not say all that is asked for.
    async fn completed(
        &self,
        claims: Claims,
        metadata: &Metadata,
        client: &ProviderClient,
        access_token: Option<&str>,
    ) -> Result<Claims, ProviderFault> {
        match (&metadata.userinfo_endpoint, access_token) {
            (Some(endpoint), Some(access_token)) if !claims::is_complete(&claims, &client.claims) => {
                let further = answers::user_info(&self.0, endpoint, access_token).await?;
                claims::completed(claims, further).map_err(ProviderFault::NotBelieved)
            }
            _ => Ok(claims),
        }
    }
}

/// Who judged claims are of.
fn identity(claims: &Claims, client: &ProviderClient) -> Result<ProviderIdentity, ProviderFault> {
    claims::identity(claims, &client.claims).ok_or(ProviderFault::NotBelieved("the token says of nobody who it is of"))
}

#[async_trait]
impl ProviderProtocol for IdentityProviders {
    async fn authorization_address(&self, client: &ProviderClient, wish: AuthorizationWish<'_>) -> Result<String, ProviderFault> {
        let known = self.0.of(&client.issuer);
        let _place = known.place()?;
        let metadata = self.0.metadata(&known, &client.issuer).await?;
        let mut address = metadata.authorization_endpoint.clone();
        let challenge = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, wish.verifier.as_bytes());
        let scope = std::iter::once("openid").chain(client.scopes.iter().map(String::as_str).filter(|scope| *scope != "openid"));
        let scope = scope.collect::<Vec<_>>().join(" ");
        address
            .query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &client.client_id)
            .append_pair("redirect_uri", wish.redirect_uri)
            .append_pair("scope", &scope)
            .append_pair("state", wish.state)
            .append_pair("nonce", wish.nonce)
            .append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(challenge))
            .append_pair("code_challenge_method", "S256")
            .extend_pairs(wish.login_hint.map(|hint| ("login_hint", hint)))
            .extend_pairs(wish.is_anew.then_some(("prompt", "login")));
        Ok(address.into())
    }

    async fn redeem(&self, client: &ProviderClient, brought: BroughtCode<'_>) -> Result<ProviderIdentity, ProviderFault> {
        let known = self.0.of(&client.issuer);
        let _place = known.place()?;
        let metadata = self.0.metadata(&known, &client.issuer).await?;
        // Whose answer it is comes before the code goes anywhere (RFC 9207 section 2.4).
        let is_its_own = brought.issuer.map_or(!metadata.names_itself, |issuer| issuer == client.issuer);
        if !is_its_own {
            return Err(ProviderFault::NotBelieved("the answer is of another issuer"));
        }
        let given = answers::tokens(&self.0, &metadata, client, brought).await?;
        let claims = self.claims(&known, client, &given.id_token, ID_TYPES).await?;
        claims::judge_id_token(&claims, self.expected(client), Some(brought.nonce)).map_err(ProviderFault::NotBelieved)?;
        let access_token = given.access_token.as_ref().map(|token| token.as_str());
        identity(&self.completed(claims, &metadata, client, access_token).await?, client)
    }

    fn claimed_origin(&self, id_token: &str) -> Option<ClaimedOrigin> {
        claims::claimed_origin(&Signed::read(id_token, ID_TYPES).ok()?)
    }

    async fn verify_id_token(&self, client: &ProviderClient, id_token: &str) -> Result<TradedIdentity, ProviderFault> {
        let known = self.0.of(&client.issuer);
        let _place = known.place()?;
        let claims = self.claims(&known, client, id_token, ID_TYPES).await?;
        let expected = Expected { further_audiences: &client.exchange_audiences, ..self.expected(client) };
        claims::judge_id_token(&claims, expected, None).map_err(ProviderFault::NotBelieved)?;
        let issued_at = claims::time(&claims, "iat").ok_or(ProviderFault::NotBelieved("the token does not say when it was made"))?;
        Ok(TradedIdentity { identity: identity(&claims, client)?, issued_at })
    }

    async fn verify_logout_token(&self, client: &ProviderClient, logout_token: &str) -> Result<ProviderLogout, ProviderFault> {
        let known = self.0.of(&client.issuer);
        let _place = known.place()?;
        let claims = self.claims(&known, client, logout_token, LOGOUT_TYPES).await?;
        claims::judge_logout_token(&claims, self.expected(client)).map_err(ProviderFault::NotBelieved)
    }
}
