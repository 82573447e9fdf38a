//! The server inside a test: real store, real engine, real routes; the clock stands still until the test moves it. Every suite that needs
//! one starts from here, and adds its own people and its own ways of asking.

#![allow(dead_code, reason = "made for more suites than one")]

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use cloakroom_engine::account::mail::MailDelivery;
use cloakroom_engine::audit::archive::TrailArchive;
use cloakroom_engine::clock::{ManualClock, Timestamp};
use cloakroom_engine::directory::password::{InlineHashing, PasswordHashing};
use cloakroom_engine::entropy::SeededEntropy;
use cloakroom_engine::federation::protocol::ProviderProtocol;
use cloakroom_engine::keys::{Keyring, MasterKey};
use cloakroom_engine::openid::logout::deliver::LogoutDelivery;
use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::tokens::access_token::TokenCrypto;
use cloakroom_engine::{Engine, Parts};
use cloakroom_server::http::Kit;
use cloakroom_server::http::access_log::Observed;
use cloakroom_server::http::answers::Answers;
use cloakroom_server::http::body::{Bodies, BodyLimits};
use cloakroom_server::http::client_address::TrustedProxies;
use cloakroom_server::http::detached::Detached;
use cloakroom_server::http::geolocation::Places;
use cloakroom_server::http::places::{InFlight, Streams};
use cloakroom_server::http::rates::Rates;
use cloakroom_server::http::request_id::RequestId;
use cloakroom_server::http::server_clock::ServerClock;
use cloakroom_server::http::shares::Shares;
use cloakroom_server::jose::jwt::Jwt;
use cloakroom_server::metrics::Metrics;
use cloakroom_server::router::{App, router};
use cloakroom_server::tasks::pooled_recognition::PooledRecognition;
use cloakroom_server::web::{Door, DoorSettings};
use cloakroom_store::Database;
use cloakroom_store::driver::sqlite::Location;

use self::watched_crypto::WatchedCrypto;
use super::database::cluster::Scratch;
use super::database::{self, Opened};

#[path = "watched_crypto.rs"]
pub mod watched_crypto;

/// Whom tokens are for.
pub const AUDIENCE: &str = "cloakroom";

/// What the engine is made of.
pub struct Made {
    pub location: Location,
    pub clock: Arc<ManualClock>,
    pub policy: Policy,
    pub seed: u64,
    pub master: [u8; 32],
    /// What tokens name.
    pub issuer: &'static str,
    /// Another cryptography than the server's.
    pub crypto: Option<Arc<dyn TokenCrypto>>,
    pub hashing: Arc<dyn PasswordHashing>,
    /// Who delivers mails; nobody can where it is `None`.
    pub mail: Option<Arc<dyn MailDelivery>>,
    /// Who tells applications of logouts; nobody can where it is `None`.
    pub logouts: Option<Arc<dyn LogoutDelivery>>,
    pub recognition: Option<Arc<PooledRecognition>>,
    pub places: Option<Places>,
    /// Who keeps what leaves the trail; nobody does where it is `None`.
    pub archive: Option<Arc<dyn TrailArchive>>,
    /// Who speaks to identity providers; nobody does where it is `None`.
    pub providers: Option<Arc<dyn ProviderProtocol>>,
}

impl Made {
    pub fn at(beginning: Timestamp, issuer: &'static str) -> Self {
        Self {
            location: Location::Temporary,
            clock: Arc::new(ManualClock::at(beginning)),
            policy: Policy::default(),
            seed: 1,
            master: std::array::from_fn(|place| if place % 2 == 0 { 0x09 } else { 0xa7 }),
            issuer,
            crypto: None,
            hashing: Arc::new(InlineHashing),
            mail: None,
            logouts: None,
            recognition: None,
            places: None,
            archive: None,
            providers: None,
        }
    }
}

/// How requests are limited on their way to it.
pub struct Routed {
    pub request_id: &'static str,
    pub trusted_proxies: Vec<&'static str>,
    pub rates: Rates,
    pub max_in_flight: u64,
    pub max_streams: u64,
    pub request_timeout: Duration,
    pub max_header_bytes: usize,
    pub body_limits: BodyLimits,
    pub docs: bool,
    pub door: DoorSettings,
}

impl Default for Routed {
    fn default() -> Self {
        Self {
            request_id: "minted",
            trusted_proxies: Vec::new(),
            rates: Rates::new(0, 0),
            max_in_flight: 1024,
            max_streams: 16,
            request_timeout: Duration::from_secs(60),
            max_header_bytes: 32_768,
            body_limits: body_limits(65_536, Duration::from_secs(60)),
            docs: true,
            door: DoorSettings::default(),
        }
    }
}

/// Bodies of so many bytes, which may take so long.
pub fn body_limits(max_bytes: usize, timeout: Duration) -> BodyLimits {
    BodyLimits { max_bytes, timeout, moment: timeout, grace: timeout, bytes_per_second: 1 }
}

/// An engine over a database of its own.
#[derive(Clone)]
pub struct InProcess {
    pub engine: Arc<Engine>,
    pub database: Arc<Database>,
    pub clock: Arc<ManualClock>,
    issuer: &'static str,
    touches: Arc<PendingTouches>,
    _scratch: Option<Arc<Scratch>>,
}

impl InProcess {
    pub fn new(made: Made) -> Self {
        let touches = Arc::new(PendingTouches::default());
        let Opened { database, scratch } = database::open(&made.location, touches.clone());
        Self::over(made, database, touches, scratch)
    }

    /// A process with facts in memory over PostgreSQL, which others may share, whatever database the other tests are run on.
    pub fn on_postgres(made: Made, scratch: Arc<Scratch>) -> Self {
        let touches = Arc::new(PendingTouches::default());
        let Opened { database, scratch } = database::open_on(scratch, database::FACTS, touches.clone());
        Self::over(made, database, touches, scratch)
    }

    /// Another engine over the same database, as another process would be.
    pub fn beside(&self, made: Made) -> Self {
        Self::over(made, self.database.clone(), self.touches.clone(), self._scratch.clone())
    }

    /// Over a database that somebody else opened.
    pub fn over(made: Made, database: Arc<Database>, touches: Arc<PendingTouches>, scratch: Option<Arc<Scratch>>) -> Self {
        let Made { clock, issuer, .. } = made;
        let engine = Engine::new(Parts {
            store: database.clone(),
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(made.seed)),
            hashing: made.hashing,
            touches: touches.clone(),
            keys: Keyring::derive(&MasterKey::from_bytes(made.master)),
            crypto: made.crypto.unwrap_or_else(|| Arc::new(WatchedCrypto::new(Jwt::new(issuer.into(), AUDIENCE.into(), None)))),
            policy: made.policy,
        });
        let engine = match made.mail {
            Some(mail) => engine.delivering_mail(mail),
            None => engine,
        };
        let engine = match made.logouts {
            Some(logouts) => engine.telling_applications(logouts),
            None => engine,
        };
        let engine = match made.recognition {
            Some(recognition) => engine.recognising_devices(recognition),
            None => engine,
        };
        let engine = match made.places {
            Some(places) => engine.locating(Arc::new(places)),
            None => engine,
        };
        let engine = match made.archive {
            Some(archive) => engine.archiving(archive),
            None => engine,
        };
        let engine = match made.providers {
            Some(providers) => engine.asking_providers(providers),
            None => engine,
        };
        Self { engine: Arc::new(engine), database, clock, issuer, touches, _scratch: scratch }
    }

    /// Every route of the server.
    pub fn router(&self, routed: &Routed) -> Router {
        let metrics = Arc::new(Metrics::new(Arc::new(|| 0)));
        let proxies: Vec<_> = routed.trusted_proxies.iter().map(|network| network.parse().unwrap()).collect();
        let request_id = routed.request_id;
        Router::new().fallback_service(router(App {
            engine: self.engine.clone(),
            detached: Detached::default(),
            clock: ServerClock::new(self.clock.clone()),
            readiness: Arc::new(|| Box::pin(async { Vec::new() })),
            metrics_here: Some(metrics.clone()),
            kit: Kit {
                mint_request_id: Arc::new(move || RequestId::parse(request_id).unwrap()),
                trusted_proxies: TrustedProxies::new(proxies),
                answers: Answers::new(routed.request_timeout, 1024),
                observed: Observed { metrics, log: None },
                over_tls: false,
            },
            rates: routed.rates.clone(),
            in_flight: InFlight::new(routed.max_in_flight, routed.max_in_flight),
            streams: Streams { places: InFlight::new(routed.max_streams, routed.max_streams), longest: routed.request_timeout },
            request_timeout: routed.request_timeout,
            max_header_bytes: routed.max_header_bytes,
            bodies: Bodies { limits: routed.body_limits, bytes: Shares::new(1 << 30, 1 << 30), unfinished: Shares::new(1024, 1024) },
            docs: routed.docs,
            issuer: self.issuer.into(),
            audience: AUDIENCE.into(),
            door: Arc::new(Door::new(self.issuer, &routed.door).unwrap()),
        }))
    }
}
