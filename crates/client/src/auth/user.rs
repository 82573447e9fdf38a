//! A user's session: a pair of tokens that is renewed as needed.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use super::claims::Claims;
use super::flight::Flight;
use super::renewal;
use crate::client::Client;
use crate::credentials::Credentials;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::user_tokens::TokenPair;

/// The reason of [`Error::SessionDead`] if the server gives none.
const UNAUTHORIZED: &str = "unauthorized";

/// How often a renewal is tried at most.
const ATTEMPTS: u32 = 8;

/// A logged-in user. Cheap to clone; clones are the same session.
///
/// Its access token is renewed 30 s before it expires, once for however many ask. An answer that is lost is asked for again within the
/// server's reuse interval, so a lost answer signs nobody out. When the session has ended, every call says so:
/// [`Error::SessionDead`].
///
/// ```no_run
/// use cloakroom_client::{Auth, Client, Secret};
///
/// # async fn example() -> cloakroom_client::Result<()> {
/// let client = Client::new("https://sessions.example.com")?;
/// let auth = Auth::login(&client, "alice", &Secret::new("Correct-horse-7")).await?;
/// let own = auth.client().sessions().own().await?;
/// auth.logout().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Auth(Arc<Inner>);

struct Inner {
    client: Client,
    options: AuthOptions,
    standing: Mutex<Standing>,
    flight: Arc<Flight>,
    keeper: OnceLock<Keeper>,
}

/// Called with every pair that replaces another.
type Keeper = Box<dyn Fn(&TokenPair) + Send + Sync>;

enum Standing {
    Live(Lease),
    Over(String),
}

/// A pair and how long its access token is good.
#[derive(Clone)]
struct Lease {
    pair: TokenPair,
    renew_at: Duration,
    expires_at: Duration,
}

/// What an [`Auth`] has to know about its server.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct AuthOptions {
    /// How long the server gives the same answer to the same refresh token, `[tokens] reuse_interval_seconds`; 10 s by default.
    pub reuse_interval: Duration,
    /// How long access tokens live, for encrypted ones that cannot be read, `[tokens] access_ttl_seconds`; 20 minutes by default.
    pub access_lifetime: Duration,
}

impl Default for AuthOptions {
    fn default() -> Self {
        Self { reuse_interval: Duration::from_secs(10), access_lifetime: Duration::from_secs(20 * 60) }
    }
}

impl Auth {
    /// Logs a user in.
    ///
    /// # Errors
    /// [`Error::Refused`] with 401 where name or password are wrong, 429 where too many guesses were, 409 at the cap of sessions.
    pub async fn login(client: &Client, username: &str, password: &Secret) -> Result<Self> {
        Self::login_with(client, username, password, AuthOptions::default()).await
    }

    /// The same with other options.
    ///
    /// # Errors
    /// As [`Auth::login`].
    pub async fn login_with(client: &Client, username: &str, password: &Secret, options: AuthOptions) -> Result<Self> {
        let pair = client.user_tokens().login(username, password).await?;
        Ok(Self::of(client, Lease::received(pair, client.shared.clock.now(), options), options))
    }

    /// Continues with a stored pair.
    #[must_use]
    pub fn resume(client: &Client, pair: TokenPair, options: AuthOptions) -> Self {
        Self::of(client, Lease::kept(pair), options)
    }

    fn of(client: &Client, lease: Lease, options: AuthOptions) -> Self {
        let standing = Mutex::new(Standing::Live(lease));
        let (client, flight, keeper) = (client.anonymous(), Arc::default(), OnceLock::new());
        Self(Arc::new(Inner { client, options, standing, flight, keeper }))
    }

    /// Calls `keeper` with every pair that replaces another, before anybody uses it: for programs that store the pair, since showing a
    /// rotated one again looks like a theft. The first keeper stays; later ones are ignored.
    pub fn keep(&self, keeper: impl Fn(&TokenPair) + Send + Sync + 'static) {
        let _ = self.0.keeper.set(Box::new(keeper));
    }

    /// A client that calls as this user.
    #[must_use]
    pub fn client(&self) -> Client {
        self.0.client.with(Credentials::User(self.clone()))
    }

    /// The current pair, to be stored where others cannot read it; `None` when the session is over.
    #[must_use]
    pub fn tokens(&self) -> Option<TokenPair> {
        match &*self.0.standing() {
            Standing::Live(lease) => Some(lease.pair.clone()),
            Standing::Over(_) => None,
        }
    }

    /// An access token that is valid for a while. Renews the pair when it is due; tasks that ask meanwhile wait for the same
    /// answer.
    ///
    /// # Errors
    /// [`Error::SessionDead`] when the session is over. Errors that pass ([`Error::is_passing`]) only if the present token has
    /// expired, too.
    pub async fn ensure_valid_token(&self) -> Result<Secret> {
        if let Some(token) = self.0.fresh()? {
            return Ok(token);
        }
        let (inner, renewing) = (self.0.clone(), self.0.clone());
        let outcome = self.0.flight.clone().join(move || inner.fresh().ok().flatten(), || renewing.rotate()).await;
        match outcome {
            Err(error) if error.is_passing() => self.0.unexpired().ok_or(error),
            outcome => outcome,
        }
    }

    /// Another token than one that the server refused.
    pub(crate) async fn renew(&self, refused: &Secret) -> Result<Secret> {
        let (inner, renewing, refused) = (self.0.clone(), self.0.clone(), refused.clone());
        let other = move || inner.fresh().ok().flatten().filter(|token| *token != refused);
        self.0.flight.clone().join(other, || renewing.rotate()).await
    }

    /// Ends the session and all its tokens. If the session is over already, nothing happens.
    ///
    /// # Errors
    /// An error that passes ([`Error::is_passing`]): the session lives on, and this may be called again.
    pub async fn logout(&self) -> Result<()> {
        match self.client().user_tokens().logout().await {
            Ok(()) | Err(Error::SessionDead { .. }) => {
                *self.0.standing() = Standing::Over("closed".into());
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}

impl Inner {
    fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The access token, unless it is due for renewal.
    fn fresh(&self) -> Result<Option<Secret>> {
        let now = self.client.shared.clock.now();
        match &*self.standing() {
            Standing::Live(lease) => Ok((now < lease.renew_at).then(|| lease.pair.access_token.clone())),
            Standing::Over(reason) => Err(Error::SessionDead { reason: reason.clone() }),
        }
    }

    /// The access token, even if it is due for renewal.
    fn unexpired(&self) -> Option<Secret> {
        let now = self.client.shared.clock.now();
        match &*self.standing() {
            Standing::Live(lease) => (now < lease.expires_at).then(|| lease.pair.access_token.clone()),
            Standing::Over(_) => None,
        }
    }

    /// Exchanges the pair for the next one.
    async fn rotate(self: Arc<Self>) -> Result<Secret> {
        let shown = match &*self.standing() {
            Standing::Live(lease) => lease.pair.clone(),
            Standing::Over(reason) => return Err(Error::SessionDead { reason: reason.clone() }),
        };
        match self.redeem(&shown).await {
            Ok(pair) => {
                let token = pair.access_token.clone();
                if let Some(keep) = self.keeper.get() {
                    keep(&pair);
                }
                let lease = Lease::received(pair, self.client.shared.clock.now(), self.options);
                let mut standing = self.standing();
                // A logout meanwhile stands: the server has ended the successor, too.
                if let Standing::Live(_) = &*standing {
                    *standing = Standing::Live(lease);
                }
                Ok(token)
            }
            Err(Error::Refused(refused)) if refused.status == 401 => {
                let reason = UNAUTHORIZED.to_owned();
                *self.standing() = Standing::Over(reason.clone());
                Err(Error::SessionDead { reason })
            }
            Err(error) => Err(error),
        }
    }

    /// Sends the pair until there is an answer. The server repeats a lost answer within the reuse interval, so attempts end with
    /// it.
    async fn redeem(&self, pair: &TokenPair) -> Result<TokenPair> {
        let shared = &self.client.shared;
        let begun = shared.clock.now();
        // A timeout this short leaves time for further attempts.
        let patience = self.options.reuse_interval / 3;
        let mut attempt = 1;
        loop {
            let error = match self.client.user_tokens().refresh_once(pair, patience).await {
                Ok(next) => return Ok(next),
                Err(error) => error,
            };
            let wait = shared.retries.backoff(attempt, &error).filter(|_| error.is_passing() && attempt < ATTEMPTS);
            let in_time = |wait: &Duration| shared.clock.now() + *wait < begun + self.options.reuse_interval;
            let Some(wait) = wait.filter(in_time) else { return Err(error) };
            shared.clock.sleep(wait).await;
            attempt += 1;
        }
    }
}

impl Lease {
    /// A pair that was just received: its lifetime counts, not the server's clock.
    fn received(pair: TokenPair, now: Duration, options: AuthOptions) -> Self {
        let lifetime = Claims::of(pair.access_token.expose()).map_or(options.access_lifetime, |claims| claims.lifetime());
        Self { pair, renew_at: renewal(now, lifetime), expires_at: now + lifetime }
    }

    /// A stored pair, of unknown age: its own expiry counts, and one that cannot be read is renewed first.
    fn kept(pair: TokenPair) -> Self {
        let claims = Claims::of(pair.access_token.expose());
        let expires_at = claims.map_or(Duration::ZERO, |claims| claims.expires_at());
        let renew_at = claims.map_or(Duration::ZERO, |claims| renewal(expires_at.saturating_sub(claims.lifetime()), claims.lifetime()));
        Self { pair, renew_at, expires_at }
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_over = matches!(&*self.0.standing(), Standing::Over(_));
        f.debug_struct("Auth").field("is_over", &is_over).finish_non_exhaustive()
    }
}
