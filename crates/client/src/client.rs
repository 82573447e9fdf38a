//! The client: where the server is, who calls, how long to wait.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;

use crate::account::Account;
use crate::audit::Audit;
use crate::authenticated_sessions::AuthenticatedSessions;
use crate::clock::{Clock, SystemClock};
use crate::credentials::Credentials;
use crate::directory::Directory;
use crate::error::{Error, Result};
use crate::oauth::Oauth;
use crate::operations::Operations;
use crate::retry::RetryPolicy;
use crate::session_storage::SessionStorage;
use crate::sessions::Sessions;
use crate::user_tokens::UserTokens;
use crate::usm::Usm;

/// A server, and who calls it. Cheap to clone; clones share their connections.
///
/// ```no_run
/// use cloakroom_client::{Client, Secret};
/// use cloakroom_client::usm::SessionCreate;
///
/// # async fn example() -> cloakroom_client::Result<()> {
/// let client = Client::new("https://sessions.example.com")?;
/// let wish = SessionCreate::new("alice@example.com", Secret::new("Correct-horse-7"));
/// let session = client.usm().session_create(&wish).await?;
/// client.usm().session_validate(&session.session_guid).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
    pub(crate) credentials: Credentials,
}

/// What clones of a client have in common.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) http: reqwest::Client,
    pub(crate) base_url: Url,
    pub(crate) retries: RetryPolicy,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Client {
    /// A client with the defaults of [`Client::builder`].
    ///
    /// # Errors
    /// [`Error::Setup`] where the text is no `http` or `https` URL.
    pub fn new(base_url: &str) -> Result<Self> {
        Self::builder(base_url).build()
    }

    /// A client of the server at this URL; a path before the server's own is kept.
    pub fn builder(base_url: &str) -> ClientBuilder {
        ClientBuilder {
            base_url: base_url.to_owned(),
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(5),
            user_agent: concat!("cloakroom-client/", env!("CARGO_PKG_VERSION")).to_owned(),
            retries: RetryPolicy::default(),
            clock: Arc::new(SystemClock),
            root_certificates: Vec::new(),
            proxy: None,
            credentials: Credentials::Anonymous,
        }
    }

    /// The same server, called by somebody else.
    #[must_use]
    pub fn with(&self, credentials: Credentials) -> Self {
        Self { shared: self.shared.clone(), credentials }
    }

    /// User sessions, service accounts and API keys, under `/usm/`.
    #[must_use]
    pub fn usm(&self) -> Usm<'_> {
        Usm::of(self)
    }

    /// Login and the rotation of tokens, under `/user/` and `/common/`.
    #[must_use]
    pub fn user_tokens(&self) -> UserTokens<'_> {
        UserTokens(self)
    }

    /// Sessions, one's own and those of others, under `/api/v1/`.
    #[must_use]
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions(self)
    }

    /// One's own account, under `/api/v1/me` and `/api/v1/auth/`.
    #[must_use]
    pub fn account(&self) -> Account<'_> {
        Account(self)
    }

    /// Partners, tenants, users and applications, under `/api/v1/admin/`.
    #[must_use]
    pub fn directory(&self) -> Directory<'_> {
        Directory(self)
    }

    /// The audit trail, under `/api/v1/admin/audit/`.
    #[must_use]
    pub fn audit(&self) -> Audit<'_> {
        Audit(self)
    }

    /// What operators see and end, under `/api/admin/v1/authenticated-sessions/`.
    #[must_use]
    pub fn authenticated_sessions(&self) -> AuthenticatedSessions<'_> {
        AuthenticatedSessions(self)
    }

    /// Sessions that an application keeps for its owner, under `/session-storage/`.
    #[must_use]
    pub fn session_storage(&self) -> SessionStorage<'_> {
        SessionStorage(self)
    }

    /// The standard endpoints: tokens of applications, introspection, revocation, metadata, keys.
    #[must_use]
    pub fn oauth(&self) -> Oauth<'_> {
        Oauth(self)
    }

    /// Health, numbers and the documents that describe all of it.
    #[must_use]
    pub fn operations(&self) -> Operations<'_> {
        Operations(self)
    }

    /// The same connections without credentials, to renew tokens.
    pub(crate) fn anonymous(&self) -> Self {
        self.with(Credentials::Anonymous)
    }
}

/// What a [`Client`] is made of; each part has a default.
///
/// ```
/// use std::time::Duration;
/// use cloakroom_client::{Client, Credentials, RetryPolicy};
///
/// let client = Client::builder("https://sessions.example.com")
///     .credentials(Credentials::api_key("clk_…"))
///     .connect_timeout(Duration::from_secs(2))
///     .timeout(Duration::from_secs(10))
///     .retries(RetryPolicy::default())
///     .user_agent("shop/1.4")
///     .build()?;
/// # Ok::<(), cloakroom_client::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "it is no client until it is built"]
pub struct ClientBuilder {
    base_url: String,
    timeout: Duration,
    connect_timeout: Duration,
    user_agent: String,
    retries: RetryPolicy,
    clock: Arc<dyn Clock>,
    root_certificates: Vec<Vec<u8>>,
    proxy: Option<String>,
    credentials: Credentials,
}

impl ClientBuilder {
    /// How long one attempt may take from its begin to the end of the answer; 30 s by default. An export may take longer.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// How long connecting may take; 5 s by default.
    pub fn connect_timeout(self, connect_timeout: Duration) -> Self {
        Self { connect_timeout, ..self }
    }

    /// What calls are repeated.
    pub fn retries(self, retries: RetryPolicy) -> Self {
        Self { retries, ..self }
    }

    /// The user agent, under which sessions opened by this client are listed; `cloakroom-client/` and its version by default.
    pub fn user_agent(self, user_agent: impl Into<String>) -> Self {
        Self { user_agent: user_agent.into(), ..self }
    }

    /// Another clock than the machine's, for tests.
    pub fn clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// Certificates to trust beside those that the machine trusts, as PEM; for a server with a certificate of one's own.
    pub fn root_certificates_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// The proxy that every call goes through, an `http` or `https` URL. Without one those of the environment (`HTTP_PROXY`, `HTTPS_PROXY`,
    /// `ALL_PROXY`, `NO_PROXY`) hold, except for a server on this machine's loopback, which no proxy reaches.
    pub fn proxy(self, proxy_url: impl Into<String>) -> Self {
        Self { proxy: Some(proxy_url.into()), ..self }
    }

    /// Who calls.
    pub fn credentials(self, credentials: Credentials) -> Self {
        Self { credentials, ..self }
    }

    /// The client.
    ///
    /// # Errors
    /// [`Error::Setup`] where the URL, a certificate or the machine's store of certificates cannot be used.
    pub fn build(self) -> Result<Client> {
        let base_url = Url::parse(&self.base_url).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let base_url = base_url.ok_or_else(|| Error::Setup("the base URL must begin with http:// or https:// and a host".into()))?;
        if !base_url.username().is_empty() || base_url.password().is_some() {
            return Err(Error::Setup("credentials do not belong into the base URL".into()));
        }
        let mut certificates = Vec::new();
        for pem in &self.root_certificates {
            certificates.extend(reqwest::Certificate::from_pem_bundle(pem).map_err(Error::of_transport)?);
        }
        let bare = match &self.proxy {
            // The library's own message may quote the URL, which may hold a password.
            Some(url) => {
                let proxy = reqwest::Proxy::all(url).map_err(|_| Error::Setup("the proxy must be an http:// or https:// URL".into()))?;
                reqwest::Client::builder().proxy(proxy)
            }
            None if is_loopback(&base_url) => reqwest::Client::builder().no_proxy(),
            None => reqwest::Client::builder(),
        };
        // A redirect would carry a credential to wherever it says.
        let http = bare
            .redirect(reqwest::redirect::Policy::none())
            .timeout(self.timeout)
            .connect_timeout(self.connect_timeout)
            .user_agent(self.user_agent)
            .tls_certs_merge(certificates)
            .build()
            .map_err(Error::of_transport)?;
        let shared = Shared { http, base_url, retries: self.retries, clock: self.clock };
        Ok(Client { shared: Arc::new(shared), credentials: self.credentials })
    }
}

/// Whether a server is on this machine, which a proxy elsewhere cannot reach.
fn is_loopback(base_url: &Url) -> bool {
    let host = base_url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.ends_with(".localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_told_from_elsewhere() {
        let is_local = |url: &str| is_loopback(&Url::parse(url).unwrap());
        for here in [
            "http://localhost:8080",
            "http://127.0.0.1/",
            "https://127.9.9.9",
            "http://[::1]:1",
            "http://a.localhost",
            "http://[::ffff:127.0.0.1]",
        ] {
            assert!(is_local(here), "{here}");
        }
        for elsewhere in ["http://localhost.example.com", "http://10.0.0.1", "http://[2001:db8::1]", "https://127.0.0.1.example"] {
            assert!(!is_local(elsewhere), "{elsewhere}");
        }
    }

    #[test]
    fn a_proxy_that_is_none_is_refused_without_its_secret() {
        let refused = Client::builder("https://sessions.example.com").proxy("proxy://user:s3cret@").build().unwrap_err().to_string();
        assert!(refused.contains("proxy") && !refused.contains("s3cret"), "{refused}");
    }
}
