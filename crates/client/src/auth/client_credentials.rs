//! An application that calls for itself.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::flight::Flight;
use super::renewal;
use crate::client::Client;
use crate::credentials::Credentials;
use crate::error::Result;
use crate::secret::Secret;

/// An application with its secret, and the access token that it gets for it (RFC 6749 section 4.4). Cheap to clone.
///
/// The token is fetched when it is first needed and renewed 30 s before it expires, once for however many ask.
///
/// ```no_run
/// use cloakroom_client::{Client, ClientCredentials, Secret};
///
/// # async fn example() -> cloakroom_client::Result<()> {
/// let client = Client::new("https://sessions.example.com")?;
/// let shop = ClientCredentials::new(&client, "web-shop", Secret::new("clc_…"));
/// let page = shop.client().directory().users().list(&Default::default()).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ClientCredentials(Arc<Inner>);

struct Inner {
    client: Client,
    client_id: String,
    client_secret: Secret,
    scope: Option<String>,
    /// The token and when it is to be renewed.
    lease: Mutex<Option<(Secret, Duration)>>,
    flight: Arc<Flight>,
}

impl ClientCredentials {
    /// An application that asks for every scope it has.
    #[must_use]
    pub fn new(client: &Client, client_id: &str, client_secret: Secret) -> Self {
        Self::asking(client, client_id, client_secret, None)
    }

    /// An application that asks for these scopes alone, separated by spaces.
    #[must_use]
    pub fn with_scope(client: &Client, client_id: &str, client_secret: Secret, scope: &str) -> Self {
        Self::asking(client, client_id, client_secret, Some(scope.to_owned()))
    }

    fn asking(client: &Client, client_id: &str, client_secret: Secret, scope: Option<String>) -> Self {
        let client_id = client_id.to_owned();
        let client = client.anonymous();
        Self(Arc::new(Inner { client, client_id, client_secret, scope, lease: Mutex::default(), flight: Arc::default() }))
    }

    /// A client that calls as this application.
    #[must_use]
    pub fn client(&self) -> Client {
        self.0.client.with(Credentials::Application(self.clone()))
    }

    /// An access token that is good for a while.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused) with 401 where id or secret are wrong.
    pub async fn ensure_valid_token(&self) -> Result<Secret> {
        let (there, fetching) = (self.0.clone(), self.0.clone());
        self.0.flight.clone().join(move || there.fresh(), || fetching.fetch()).await
    }

    /// Another token than one that the server refused.
    pub(crate) async fn renew(&self, refused: &Secret) -> Result<Secret> {
        let (there, fetching, refused) = (self.0.clone(), self.0.clone(), refused.clone());
        let other = move || there.fresh().filter(|token| *token != refused);
        self.0.flight.clone().join(other, || fetching.fetch()).await
    }

    pub(crate) fn client_id(&self) -> &str {
        &self.0.client_id
    }

    pub(crate) fn client_secret(&self) -> &Secret {
        &self.0.client_secret
    }
}

impl Inner {
    fn lease(&self) -> MutexGuard<'_, Option<(Secret, Duration)>> {
        self.lease.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fresh(&self) -> Option<Secret> {
        let now = self.client.shared.clock.now();
        self.lease().as_ref().filter(|(_, renew_at)| now < *renew_at).map(|(token, _)| token.clone())
    }

    async fn fetch(self: Arc<Self>) -> Result<Secret> {
        let application = ClientCredentials(self.clone());
        let tokens = application.client().oauth().client_credentials(self.scope.as_deref()).await?;
        let renew_at = renewal(self.client.shared.clock.now(), Duration::from_secs(tokens.expires_in));
        *self.lease() = Some((tokens.access_token.clone(), renew_at));
        Ok(tokens.access_token)
    }
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials").field("client_id", &self.0.client_id).finish_non_exhaustive()
    }
}
