//! Serving: from a configuration to sockets, and back to a store that is closed.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use cloakroom_engine::Engine;
use cloakroom_engine::clock::Clock as _;

use super::ambient::MachineClock;
use super::assemble::{Assembled, assemble, issuer};
use super::backup::sqlite_file;
use super::concerns::concerns;
use super::control::ControlSocket;
use super::document::ApplyRequest;
use super::first_start;
pub use super::first_start::FirstSignIn;
use super::outside::{as_failure, everything};
use super::renewal::Renewal;
use super::{admission, ambient, control, disk, observe};
use crate::api::ops;
use crate::config::Config;
use crate::control::command;
use crate::control::server::Commands;
use crate::failure::Failure;
use crate::http::Kit;
use crate::http::access_log::Observed;
use crate::http::detached::Detached;
use crate::http::front::said_by_all;
use crate::http::places::InFlight;
use crate::http::readiness::{Readiness, Reason};
use crate::http::server_clock::ServerClock;
use crate::listen::{self, Bound, ListenMetrics, Listeners, Tls};
use crate::logging::Gathering;
use crate::metrics::Metrics;
use crate::report::Report;
use crate::router::{App, Routes, router};
use crate::tasks::overdue::cut_overdue;
use crate::tasks::stop::{self, Stage, Stop};
use crate::tasks::upkeep::{Upkeep, UpkeepMetrics, save_all_touches};
use crate::web::Door;

/// A server that is about to serve: its socket is bound, its store open.
pub struct Prepared {
    log: Gathering,
    config: Config,
    main: Bound,
    metrics: Option<Bound>,
    tls: Option<Tls>,
    issuer: String,
    assembled: Assembled,
    applied: Report,
    first: Option<FirstSignIn>,
}

/// What there is to tell once it serves.
pub struct Serving {
    /// Where it listens.
    pub url: String,
    /// Where others reach it.
    pub public_url: String,
    /// Whether `/docs` is served.
    pub docs: bool,
    /// On the first start of an empty store.
    pub first: Option<FirstSignIn>,
}

/// Opens everything that serving needs, and applies a document of identities.
///
/// # Errors
/// What keeps it from starting.
pub async fn prepare(config: Config, apply: Option<ApplyRequest>) -> Result<Prepared, Failure> {
    let bind = |config: &Config| {
        listen::bind(config.server.listen.0).map_err(|error| Failure::new(error).hint("another port with --listen, or 0 for a free one"))
    };
    prepare_at(config, apply, bind).await
}

/// As [`prepare`], where `bind` says.
///
/// # Errors
/// As [`prepare`].
pub(super) async fn prepare_at(
    config: Config,
    apply: Option<ApplyRequest>,
    bind: impl FnOnce(&Config) -> Result<Bound, Failure>,
) -> Result<Prepared, Failure> {
    let log = Gathering::start(&config.log).map_err(Failure::new)?;
    // All that can be checked is, before the database is changed.
    let (tls, outside) = everything(&config).map_err(as_failure)?;
    let document = apply.as_ref().map(ApplyRequest::document).transpose()?;
    for concern in concerns(&config, tls.as_ref(), MachineClock.now().as_millis() / 1000) {
        tracing::warn!(hint = concern.hint, "{}", concern.seen);
    }
    let main = bind(&config)?;
    let metrics = config.server.metrics_listen.map(|address| listen::bind(address.0)).transpose().map_err(Failure::new)?;
    // Without a public URL, the address is the issuer that tokens name.
    let issuer = issuer(&config, &main.address().to_string());
    let assembled = assemble(&config, issuer.clone(), outside)?;
    assembled.engine.refresh_signing_keys().await.map_err(Failure::new)?;
    let (applied, first) = match apply.zip(document) {
        Some((request, document)) => (command::apply(&assembled.engine, document, request.overwrite, "serve --apply").await?, None),
        None => (Report::default(), first_start::first_administrator(&assembled.engine, &config.store.data_dir).await?),
    };
    Ok(Prepared { log, config, main, metrics, tls, issuer, assembled, applied, first })
}

impl Prepared {
    /// The engine that it serves.
    pub(super) fn engine(&self) -> &Engine {
        &self.assembled.engine
    }

    /// What was applied.
    #[must_use]
    pub const fn applied(&self) -> &Report {
        &self.applied
    }

    /// Serves until told to stop.
    ///
    /// # Errors
    /// What keeps it from serving, or broke it.
    pub async fn serve(self, announce: impl FnOnce(Serving)) -> Result<(), Failure> {
        let Self { log, config, main, metrics: metrics_bound, tls, issuer, assembled, applied: _, first } = self;
        let settings = &config.server;
        let (trigger, stop) = stop::on_signals().map_err(Failure::new)?;
        let detached = Detached::default();
        let clock = assembled.clock.clone();
        let metrics = Arc::new(Metrics::new(Arc::new(move || clock.now().as_millis())));
        let upkeep = upkeep(&config, &assembled, &metrics);
        let renewal = Renewal::of(&config.server, tls.clone(), &metrics).map_err(Failure::new)?;
        let of_metrics = || said_by_all(ops::metrics_router(metrics.clone()).fallback(ops::not_found));
        let metrics_listener = metrics_bound.map(|bound| (bound, of_metrics()));
        let control = control::open(&config).await;
        let counted = ListenMetrics::default();
        let answers = admission::answers(&config);
        metrics.register(|registry| {
            counted.register(registry);
            registry.register("log_lines_dropped", "Log lines dropped, since whoever reads them did not keep up", log.dropped());
            registry.register("answers_cut", "Connections closed, since their client did not take an answer", answers.cut());
        });
        let kit = Kit {
            mint_request_id: ambient::request_ids(assembled.entropy.clone()),
            trusted_proxies: admission::trusted_proxies(&config),
            answers: answers.clone(),
            observed: Observed { metrics, log: Some(log.of_requests(ambient::micros)) },
            over_tls: settings.tls_files().is_some(),
        };
        let (public_url, docs) = (issuer.clone(), settings.docs);
        let door = Arc::new(Door::new(&issuer, &config.web.settings()).map_err(Failure::new)?);
        let app = app(&config, (issuer, door), &assembled, &detached, stop.clone(), kit, metrics_listener.is_none());
        let tls = tls.map(|tls| tls.shown);
        let listeners =
            Listeners { main: (main, app), metrics: metrics_listener, tls, connections: admission::connections(&config), counted };
        let ready = |url: &str| announce(Serving { url: url.to_owned(), public_url, docs, first });
        let commands = answer_commands(control, &config, &assembled, &detached, stop.clone());
        // Whichever way serving ends, what runs beside it ends too: a failure would otherwise be told to nobody.
        let serving = async {
            let served = listen::serve(listeners, settings, stop.clone(), ready).await;
            trigger.drain();
            served
        };
        let beside = async { tokio::join!(upkeep.run(stop.clone()), cut_overdue(answers, stop.clone()), renewal.run(stop.clone())) };
        let (served, _, ()) = tokio::join!(serving, beside, commands);
        close(&assembled, &detached, &config).await;
        served.map_err(Failure::new)
    }
}

/// Answers commands of this machine until told to stop.
async fn answer_commands(control: Option<ControlSocket>, config: &Config, assembled: &Assembled, detached: &Detached, stop: Stop) {
    let Some(ControlSocket { listener, database, name: _name }) = control else { return };
    let commands = Commands { engine: assembled.engine.clone(), detached: detached.clone(), database };
    crate::control::server::serve(listener, commands, config.server.shutdown_grace(), stop).await;
}

/// Nothing that was acknowledged or is under way is lost: mutations first, then touches, then the store.
async fn close(assembled: &Assembled, detached: &Detached, config: &Config) {
    if tokio::time::timeout(config.server.shutdown_grace().max(Duration::from_secs(1)), detached.idle()).await.is_err() {
        tracing::warn!(mutations = detached.in_flight(), "closing with mutations under way");
    }
    if let Err(error) = save_all_touches(&assembled.engine, batch(config)).await {
        tracing::error!(error = %error, "touches could not be saved; their sessions end earlier than told");
    }
    assembled.database.shutdown();
    tracing::info!("stopped");
}

fn upkeep(config: &Config, assembled: &Assembled, metrics: &Metrics) -> Upkeep {
    let upkeep_metrics = UpkeepMetrics::default();
    let inner =
        observe::Inner { engine: assembled.engine.clone(), database: assembled.database.clone(), hashing: assembled.hashing.clone() };
    metrics.register(|registry| {
        upkeep_metrics.register(registry);
        registry.register_collector(Box::new(inner));
    });
    Upkeep {
        engine: assembled.engine.clone(),
        tick: Duration::from_secs(config.tasks.tick_seconds),
        batch: batch(config),
        metrics: upkeep_metrics,
    }
}

fn batch(config: &Config) -> usize {
    usize::try_from(config.tasks.batch).unwrap_or(usize::MAX)
}

fn app(
    config: &Config,
    (issuer, door): (String, Arc<Door>),
    assembled: &Assembled,
    detached: &Detached,
    stop: Stop,
    kit: Kit,
    metrics_here: bool,
) -> Routes {
    let settings = &config.server;
    let in_flight = admission::in_flight(config);
    router(App {
        engine: assembled.engine.clone(),
        detached: detached.clone(),
        clock: ServerClock::new(assembled.clock.clone()),
        readiness: readiness(assembled.engine.clone(), in_flight.clone(), sqlite_file(config).ok(), stop),
        metrics_here: metrics_here.then(|| kit.observed.metrics.clone()),
        kit,
        in_flight,
        streams: admission::streams(config),
        request_timeout: settings.request_timeout(),
        max_header_bytes: usize::try_from(settings.max_header_bytes).unwrap_or(usize::MAX),
        bodies: admission::bodies(config),
        rates: admission::rates(config),
        docs: settings.docs,
        issuer,
        audience: config.tokens.audience.clone(),
        door,
    })
}

/// Ready means that a request gets a place, a change could be stored now, and the server is not stopping. `file` is the database where
/// it is a file: to ask it changes nothing that needs more of the disk.
fn readiness(engine: Arc<Engine>, in_flight: InFlight, file: Option<PathBuf>, stop: Stop) -> Readiness {
    Arc::new(move || {
        let (engine, draining, has_room) = (engine.clone(), stop.stage() != Stage::Running, in_flight.has_room());
        let has_space = file.as_deref().is_none_or(|file| disk::has_room(&disk::free(file)));
        Box::pin(async move {
            if draining {
                // At once, whatever the store does: a proxy waits for this to send its requests elsewhere.
                return vec![Reason { part: "server".into(), problem: "is stopping".into() }];
            }
            let mut reasons = Vec::new();
            if !has_room {
                reasons.push(Reason { part: "server".into(), problem: "has as many requests under way as it may".into() });
            }
            if !has_space {
                reasons.push(Reason { part: "store".into(), problem: "its disk is full".into() });
            }
            if let Err(error) = engine.check().await {
                tracing::warn!(error = %error, "the store is not ready");
                reasons.push(Reason { part: "store".into(), problem: "cannot store a change now".into() });
            }
            reasons
        })
    })
}
