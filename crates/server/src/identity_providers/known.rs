//! What is remembered of providers: documents and keys for a while, failures for some seconds.

use std::sync::Arc;

use axum::http::{Request, Uri};
use cloakroom_engine::clock::{Span, Timestamp};
use cloakroom_engine::federation::protocol::ProviderFault;
use quick_cache::sync::Cache;
use serde_json::{Map, Value};
use tokio::sync::{Mutex, Semaphore, SemaphorePermit};

use super::key_set::KeySet;
use super::metadata::{self, Metadata};
use super::signed::Signed;
use crate::http::server_clock::ServerClock;
use crate::outbound::Outbound;

/// Providers that are remembered; what was not asked for the longest goes first.
const MOST_PROVIDERS: usize = 512;

/// Requests of one provider's users that may wait for it at the same time.
const WAITING_AT_MOST: usize = 16;

const METADATA_LIFE: Span = Span::from_seconds(3600);
const KEYS_LIFE: Span = Span::from_seconds(600);

/// How long nobody asks again after a failure.
const FAILURE_LIFE: Span = Span::from_seconds(10);

/// Between two questions for keys because a token names one that is not known: anybody can write such a token.
const UNKNOWN_KEY_PAUSE: Span = Span::from_seconds(60);

/// What is remembered of all providers.
pub struct KnownProviders {
    outbound: Arc<Outbound>,
    clock: ServerClock,
    known: Cache<String, Arc<KnownProvider>>,
}

/// What is remembered of one.
pub struct KnownProvider {
    waiting: Semaphore,
    metadata: Mutex<Remembered<Metadata>>,
    keys: Mutex<Remembered<KeySet>>,
}

struct Remembered<T> {
    value: Option<(Arc<T>, Timestamp)>,
    failed: Option<(ProviderFault, Timestamp)>,
}

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self { value: None, failed: None }
    }
}

impl<T> Remembered<T> {
    /// What is there, if it is not older than `life`.
    fn fresh(&self, life: Span, now: Timestamp) -> Option<Arc<T>> {
        self.value.as_ref().filter(|(_, at)| now < at.plus(life)).map(|(value, _)| value.clone())
    }

    /// # Errors
    /// The last failure, while nobody asks again.
    fn may_ask(&self, now: Timestamp) -> Result<(), ProviderFault> {
        match self.failed {
            Some((fault, at)) if now < at.plus(FAILURE_LIFE) => Err(fault),
            _ => Ok(()),
        }
    }

    fn keep(&mut self, asked: Result<T, ProviderFault>, now: Timestamp) -> Result<Arc<T>, ProviderFault> {
        match asked {
            Ok(value) => {
                let value = Arc::new(value);
                *self = Self { value: Some((value.clone(), now)), failed: None };
                Ok(value)
            }
            Err(fault) => {
                self.failed = Some((fault, now));
                Err(fault)
            }
        }
    }
}

impl KnownProviders {
    pub fn new(outbound: Arc<Outbound>, clock: ServerClock) -> Self {
        Self { outbound, clock, known: Cache::new(MOST_PROVIDERS) }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What is remembered of the provider of `issuer`, or a place for it.
    pub fn of(&self, issuer: &str) -> Arc<KnownProvider> {
        let made = || {
            let provider = KnownProvider { waiting: Semaphore::new(WAITING_AT_MOST), metadata: Mutex::default(), keys: Mutex::default() };
            Ok::<_, std::convert::Infallible>(Arc::new(provider))
        };
        match self.known.get_or_insert_with(issuer, made) {
            Ok(known) => known,
        }
    }

    /// The provider's document.
    ///
    /// # Errors
    /// When it cannot be had, or is not believed.
    pub async fn metadata(&self, known: &KnownProvider, issuer: &str) -> Result<Arc<Metadata>, ProviderFault> {
        let mut remembered = known.metadata.lock().await;
        let now = self.now();
        if let Some(fresh) = remembered.fresh(METADATA_LIFE, now) {
            return Ok(fresh);
        }
        remembered.may_ask(now)?;
        let asked = self.ask_for_metadata(issuer).await;
        remembered.keep(asked, now)
    }

    async fn ask_for_metadata(&self, issuer: &str) -> Result<Metadata, ProviderFault> {
        let address: Uri = metadata::address(issuer).parse().map_err(|_| ProviderFault::NotBelieved("the issuer is no address"))?;
        let document = self.document(&address).await?;
        Metadata::read(&document, issuer, &self.outbound).map_err(ProviderFault::NotBelieved)
    }

    /// What a token of the provider claims, its signature verified. Keys are asked for again where the token names one that is not known,
    /// but not for every such token.
    ///
    /// # Errors
    /// When none of the provider's keys signed it, or they cannot be had.
    pub async fn verified(&self, known: &KnownProvider, issuer: &str, token: &Signed<'_>) -> Result<Map<String, Value>, ProviderFault> {
        let keys = self.keys_for(known, issuer, token).await?;
        keys.verified(token).ok_or(ProviderFault::NotBelieved("no key of the provider signed the token"))
    }

    async fn keys_for(&self, known: &KnownProvider, issuer: &str, token: &Signed<'_>) -> Result<Arc<KeySet>, ProviderFault> {
        let metadata = self.metadata(known, issuer).await?;
        let mut remembered = known.keys.lock().await;
        let now = self.now();
        if let Some(fresh) = remembered.fresh(KEYS_LIFE, now)
            && (fresh.may_have_signed(token) || remembered.fresh(UNKNOWN_KEY_PAUSE, now).is_some())
        {
            return Ok(fresh);
        }
        remembered.may_ask(now)?;
        let asked = match self.document(&metadata.jwks_uri).await {
            Ok(document) => KeySet::read(&document).ok_or(ProviderFault::NotBelieved("the provider's keys cannot be read")),
            Err(fault) => Err(fault),
        };
        remembered.keep(asked, now)
    }

    async fn document(&self, address: &Uri) -> Result<Vec<u8>, ProviderFault> {
        let request = Request::get(address).header("accept", "application/json").body(Vec::new());
        let (status, body) = self.ask(request).await?;
        if status == 200 { Ok(body) } else { Err(ProviderFault::Away("the provider does not show what it has to")) }
    }

    /// Status and body of what the provider answers.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn ask(&self, request: axum::http::Result<Request<Vec<u8>>>) -> Result<(u16, Vec<u8>), ProviderFault> {
        let request = request.map_err(|_| ProviderFault::NotBelieved("an address of the provider is none"))?;
        match self.outbound.ask(request).await {
            Ok(answer) => Ok((answer.status().as_u16(), answer.into_body())),
            Err(problem) => {
                tracing::warn!(%problem, "an identity provider gives no answer");
                Err(ProviderFault::Away("the provider gives no answer"))
            }
        }
    }
}

impl KnownProvider {
    /// A place among those who wait for this provider.
    ///
    /// # Errors
    /// When as many wait as may.
    pub fn place(&self) -> Result<SemaphorePermit<'_>, ProviderFault> {
        self.waiting.try_acquire().map_err(|_| ProviderFault::Away("too many wait for the provider"))
    }
}
