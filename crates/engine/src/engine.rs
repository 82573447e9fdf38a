//! The engine: what every use case works with. The use cases are methods on it, one file each.

use std::sync::Arc;

use parking_lot::Mutex;

use crate::account::mail::{MailDelivery, NoDelivery};
use crate::audit::archive::{NoArchive, TrailArchive};
use crate::audit::chain::ChainHead;
use crate::callers::attempts::FailedAttempts;
use crate::callers::refused::{PendingRefusals, Refused};
use crate::clock::{Clock, Timestamp};
use crate::directory::password::PasswordHashing;
use crate::entropy::Entropy;
use crate::federation::protocol::{NoProviders, ProviderProtocol};
use crate::keys::Keyring;
use crate::machine::api_keys::uses::PendingKeyUses;
use crate::openid::logout::deliver::{LogoutDelivery, NobodyTold};
use crate::policy::Policy;
use crate::sessions::device::{DeviceRecognition, NoRecognition};
use crate::sessions::location::{Geolocation, NoGeolocation};
use crate::sessions::touches::PendingTouches;
use crate::store::Store;
use crate::tokens::SigningKeyState;
use crate::tokens::access_token::TokenCrypto;
use crate::tokens::verified::VerifiedTokens;

/// Everything the engine is handed. It finds nothing by itself.
pub struct Parts {
    pub store: Arc<dyn Store>,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub hashing: Arc<dyn PasswordHashing>,
    /// The same that the store merges into its reads.
    pub touches: Arc<PendingTouches>,
    pub keys: Keyring,
    pub crypto: Arc<dyn TokenCrypto>,
    pub policy: Policy,
}

/// What a session is and what may happen to it.
pub struct Engine {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) hashing: Arc<dyn PasswordHashing>,
    pub(crate) touches: Arc<PendingTouches>,
    pub(crate) key_uses: PendingKeyUses,
    pub(crate) refusals: PendingRefusals,
    pub(crate) attempts: FailedAttempts,
    pub(crate) keys: Keyring,
    pub(crate) crypto: Arc<dyn TokenCrypto>,
    pub(crate) verified_tokens: VerifiedTokens,
    /// Names and states of the signing keys in use.
    pub(crate) installed_keys: Mutex<Vec<(String, SigningKeyState)>>,
    /// The last link of the audit chain that this process made.
    pub(crate) sealed: Mutex<Option<ChainHead>>,
    pub(crate) policy: Policy,
    pub(crate) devices: Arc<dyn DeviceRecognition>,
    pub(crate) geolocation: Arc<dyn Geolocation>,
    pub(crate) mail: Arc<dyn MailDelivery>,
    pub(crate) logouts: Arc<dyn LogoutDelivery>,
    pub(crate) archive: Arc<dyn TrailArchive>,
    pub(crate) providers: Arc<dyn ProviderProtocol>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("policy", &self.policy).finish_non_exhaustive()
    }
}

impl Engine {
    pub fn new(parts: Parts) -> Self {
        let Parts { store, clock, entropy, hashing, touches, keys, crypto, policy } = parts;
        Self {
            store,
            clock,
            entropy,
            hashing,
            touches,
            key_uses: PendingKeyUses::default(),
            refusals: PendingRefusals::default(),
            attempts: FailedAttempts::default(),
            keys,
            crypto,
            verified_tokens: VerifiedTokens::default(),
            installed_keys: Mutex::default(),
            sealed: Mutex::default(),
            policy,
            devices: Arc::new(NoRecognition),
            geolocation: Arc::new(NoGeolocation),
            mail: Arc::new(NoDelivery),
            logouts: Arc::new(NobodyTold),
            archive: Arc::new(NoArchive),
            providers: Arc::new(NoProviders),
        }
    }

    /// The same engine, which tells from its user agent what a new session comes from; without this every device is unknown.
    #[must_use]
    pub fn recognising_devices(self, devices: Arc<dyn DeviceRecognition>) -> Self {
        Self { devices, ..self }
    }

    /// The same engine, which looks up where a new session comes from; without this no place is known.
    #[must_use]
    pub fn locating(self, geolocation: Arc<dyn Geolocation>) -> Self {
        Self { geolocation, ..self }
    }

    /// The same engine, which hands mails to this delivery; without one they stay due.
    #[must_use]
    pub fn delivering_mail(self, mail: Arc<dyn MailDelivery>) -> Self {
        Self { mail, ..self }
    }

    /// The same engine, which tells applications of logouts by this delivery; without one their notices stay due.
    #[must_use]
    pub fn telling_applications(self, logouts: Arc<dyn LogoutDelivery>) -> Self {
        Self { logouts, ..self }
    }

    /// The same engine, which hands old entries of the trail to this archive; without one they stay.
    #[must_use]
    pub fn archiving(self, archive: Arc<dyn TrailArchive>) -> Self {
        Self { archive, ..self }
    }

    /// The same engine, which asks identity providers by this; without one nobody signs in through them.
    #[must_use]
    pub fn asking_providers(self, providers: Arc<dyn ProviderProtocol>) -> Self {
        Self { providers, ..self }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    pub const fn keys(&self) -> &Keyring {
        &self.keys
    }

    /// How many sessions have a touch that is not on disk yet.
    pub fn pending_touches(&self) -> usize {
        self.touches.len()
    }

    /// How many callers were refused since the start.
    pub fn refusals(&self, what: Refused) -> u64 {
        self.refusals.total(what)
    }

    /// How much memory the access tokens take that were signed here or verified before.
    pub fn verified_tokens_bytes(&self) -> usize {
        self.verified_tokens.bytes()
    }

    /// Whether a change could be stored now.
    ///
    /// # Errors
    /// The store's, when it could not.
    pub async fn check(&self) -> Result<(), crate::error::EngineError> {
        Ok(self.store.check().await?)
    }
}
