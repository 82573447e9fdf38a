//! What is asked of whoever speaks to identity providers. Implemented outside of the engine.

use async_trait::async_trait;
use zeroize::Zeroizing;

use crate::clock::Timestamp;

/// What we are to a provider.
#[derive(Clone)]
pub struct ProviderClient {
    /// What its tokens name as their issuer, to the letter.
    pub issuer: String,
    pub client_id: String,
    /// `None`: a public client, which proves nothing.
    pub client_secret: Option<Zeroizing<String>>,
    /// Beside `openid`.
    pub scopes: Vec<String>,
    pub claims: ClaimNames,
    /// Whom else than us an ID token that is traded for a session may be for.
    pub exchange_audiences: Vec<String>,
}

impl std::fmt::Debug for ProviderClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProviderClient").field("issuer", &self.issuer).field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// In which claims a provider says what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimNames {
    /// What becomes the username.
    pub username: String,
    /// What becomes the display name.
    pub name: String,
    /// A list of texts; `None` where no group is asked about.
    pub groups: Option<String>,
}

/// What a browser is sent to the provider with (OpenID Connect Core 1.0 section 3.1.2.1).
#[derive(Clone, Copy, Debug)]
pub struct AuthorizationWish<'a> {
    pub redirect_uri: &'a str,
    pub state: &'a str,
    pub nonce: &'a str,
    /// What the verifier of PKCE is shown for; the challenge is made of it (RFC 7636, S256).
    pub verifier: &'a str,
    /// The name that somebody wants to sign in with.
    pub login_hint: Option<&'a str>,
    /// Whether the user is to prove anew who they are.
    pub is_anew: bool,
}

/// What a browser brought back, once it is known to be the one that was sent.
#[derive(Clone, Copy, Debug)]
pub struct BroughtCode<'a> {
    pub code: &'a str,
    /// Who the answer says that it is from (RFC 9207).
    pub issuer: Option<&'a str>,
    /// The same as when the browser was sent.
    pub redirect_uri: &'a str,
    pub nonce: &'a str,
    pub verifier: &'a str,
}

/// What a provider says of somebody, its signature verified, for us, in time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProviderIdentity {
    /// That of the client, to the letter.
    pub issuer: String,
    /// At most 255 bytes (OpenID Connect Core 1.0 section 2).
    pub subject: String,
    /// The provider's session.
    pub provider_session: Option<String>,
    /// As the provider spells it, and whether it has verified it.
    pub email: Option<(String, bool)>,
    pub username: Option<String>,
    pub name: Option<String>,
    /// Empty where it says nothing of groups.
    pub groups: Vec<String>,
    /// How the user proved who they are (RFC 8176).
    pub methods: Vec<String>,
    /// When that was.
    pub authenticated_at: Option<Timestamp>,
}

/// What an ID token claims before anything of it is verified: whose keys to try.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimedOrigin {
    pub issuer: String,
    /// Of several the one that was given the token (`azp`).
    pub audience: String,
}

/// An ID token that is traded for a session: who it is of, and when it was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TradedIdentity {
    pub identity: ProviderIdentity,
    pub issued_at: Timestamp,
}

/// Which of its sessions a provider says are over (OpenID Connect Back-Channel Logout 1.0 section 2.4).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProviderLogout {
    pub subject: Option<String>,
    /// Without it every session of the subject is meant.
    pub provider_session: Option<String>,
    /// `jti`: one logout token works once.
    pub token_id: String,
    /// Until then the token is good.
    pub expires_at: Timestamp,
}

/// Why a provider says nothing, or nothing that is believed. The text is for the trail and the log; it repeats nothing of what the
/// provider or a browser sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ProviderFault {
    /// It cannot be reached now, or is asked too much at once.
    #[error("{0}")]
    Away(&'static str),
    /// What it said, or what was said in its name, is not believed.
    #[error("{0}")]
    NotBelieved(&'static str),
}

impl ProviderFault {
    /// Why, for the trail.
    pub const fn why(self) -> &'static str {
        match self {
            Self::Away(why) | Self::NotBelieved(why) => why,
        }
    }
}

/// Speaks to identity providers.
#[async_trait]
pub trait ProviderProtocol: Send + Sync {
    /// Where a browser is sent to, to sign in at the provider.
    ///
    /// # Errors
    /// When the provider does not say where.
    async fn authorization_address(&self, client: &ProviderClient, wish: AuthorizationWish<'_>) -> Result<String, ProviderFault>;

    /// Who signed in at the provider.
    ///
    /// # Errors
    /// When the provider gives nothing for the code, or nothing that is believed.
    async fn redeem(&self, client: &ProviderClient, brought: BroughtCode<'_>) -> Result<ProviderIdentity, ProviderFault>;

    /// Whose an ID token claims to be. Without an implementation it claims nothing.
    fn claimed_origin(&self, _id_token: &str) -> Option<ClaimedOrigin> {
        None
    }

    /// Who an ID token is of that somebody shows who is no browser: for us or one of the client's further audiences. How old it may be is not
    /// judged here.
    ///
    /// # Errors
    /// When it is not believed, or the provider's keys cannot be had.
    async fn verify_id_token(&self, client: &ProviderClient, id_token: &str) -> Result<TradedIdentity, ProviderFault>;

    /// What a logout token says.
    ///
    /// # Errors
    /// As [`Self::verify_id_token`].
    async fn verify_logout_token(&self, client: &ProviderClient, logout_token: &str) -> Result<ProviderLogout, ProviderFault>;
}

/// Speaks to nobody, for commands that serve no requests.
#[derive(Debug)]
pub struct NoProviders;

const NOBODY: ProviderFault = ProviderFault::Away("nobody here speaks to identity providers");

#[async_trait]
impl ProviderProtocol for NoProviders {
    async fn authorization_address(&self, _: &ProviderClient, _: AuthorizationWish<'_>) -> Result<String, ProviderFault> {
        Err(NOBODY)
    }

    async fn redeem(&self, _: &ProviderClient, _: BroughtCode<'_>) -> Result<ProviderIdentity, ProviderFault> {
        Err(NOBODY)
    }

    async fn verify_id_token(&self, _: &ProviderClient, _: &str) -> Result<TradedIdentity, ProviderFault> {
        Err(NOBODY)
    }

    async fn verify_logout_token(&self, _: &ProviderClient, _: &str) -> Result<ProviderLogout, ProviderFault> {
        Err(NOBODY)
    }
}
