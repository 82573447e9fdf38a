//! The credentials of a client.

use std::pin::Pin;

use crate::auth::{Auth, ClientCredentials};
use crate::error::{Error, Result};
use crate::secret::Secret;

/// A token that is there or on its way. Boxed, since renewing one is itself a call.
pub(crate) type Obtaining<'a> = Pin<Box<dyn Future<Output = Result<Secret>> + Send + 'a>>;

/// Who makes the calls of a [`Client`](crate::Client). Calls of USM carry theirs in their arguments.
///
/// ```
/// use cloakroom_client::{Client, Credentials};
///
/// let client = Client::new("https://sessions.example.com")?;
/// let admin = client.with(Credentials::access_token("eyJhbGciOi…"));
/// let connector = client.with(Credentials::api_key("clk_…"));
/// # Ok::<(), cloakroom_client::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Credentials {
    /// Nobody: what needs no credential can be called.
    #[default]
    Anonymous,
    /// An access token that somebody else keeps fresh.
    AccessToken(Secret),
    /// An API key of a service account, for [`Usm::api_key_validate`](crate::usm::Usm::api_key_validate) without a key of its own.
    ApiKey(Secret),
    /// A user's session; its tokens are renewed as needed.
    User(Auth),
    /// An application: by its secret, or where an access token is needed, by one that is fetched as needed.
    Application(ClientCredentials),
}

impl Credentials {
    /// An access token that somebody else keeps fresh.
    pub fn access_token(token: impl Into<Secret>) -> Self {
        Self::AccessToken(token.into())
    }

    /// An API key.
    pub fn api_key(api_key: impl Into<Secret>) -> Self {
        Self::ApiKey(api_key.into())
    }

    /// A good access token.
    pub(crate) fn token(&self) -> Obtaining<'_> {
        Box::pin(async move {
            match self {
                Self::AccessToken(token) => Ok(token.clone()),
                Self::User(auth) => auth.ensure_valid_token().await,
                Self::Application(application) => application.ensure_valid_token().await,
                Self::Anonymous | Self::ApiKey(_) => Err(Error::Setup("this call needs an access token".into())),
            }
        })
    }

    /// Another access token than one that the server refused; `None` where there is no way to one.
    pub(crate) fn instead_of<'a>(&'a self, refused: &'a Secret) -> Option<Obtaining<'a>> {
        match self {
            Self::User(auth) => Some(Box::pin(auth.renew(refused))),
            Self::Application(application) => Some(Box::pin(application.renew(refused))),
            Self::Anonymous | Self::AccessToken(_) | Self::ApiKey(_) => None,
        }
    }

    /// The application.
    pub(crate) fn application(&self) -> Result<&ClientCredentials> {
        match self {
            Self::Application(application) => Ok(application),
            _ => Err(Error::Setup("this call needs the credentials of an application".into())),
        }
    }
}
