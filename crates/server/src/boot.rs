//! Where the pieces are put together: the only place that knows the clock, the randomness, the store and the routes at once.

pub mod ambient;
mod assemble;
mod audit;
mod backup;
pub mod bench;
mod control;
mod examine;
mod export_file;
mod files;
mod first_start;
mod geoip;
mod observe;
mod outbox;
mod restore;
pub mod throw_away;
mod transfer;

use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use cloakroom_engine::Engine;

use self::assemble::{Assembled, assemble};
pub use self::audit::{VerifyRequest, verify_audit};
pub use self::backup::{BackupRequest, back_up};
use self::control::ControlSocket;
pub use self::examine::{FUTURE_SECONDS, Finding, Health, examine, running};
pub use self::export_file::{ExportFile, public_folder};
pub use self::restore::{RestoreRequest, restore};
pub use self::transfer::{TransferRequest, transfer};
use crate::api::ops;
use crate::cli::{Failure, say};
use crate::config::{self, Config};
use crate::control::server::Commands;
use crate::control::{Command, Report, command};
use crate::http::Kit;
use crate::http::body::BodyLimits;
use crate::http::client_address::TrustedProxies;
use crate::http::detached::Detached;
use crate::http::limits::InFlight;
use crate::http::server_clock::ServerClock;
use crate::listen::{self, Listeners};
use crate::logging;
use crate::metrics::Metrics;
use crate::router::{App, router};
use crate::tasks::stop::{self, Stage, Stop};
use crate::tasks::upkeep::{Upkeep, UpkeepMetrics, save_all_touches};

pub use cloakroom_store::driver::sqlite::Step;
pub use cloakroom_store::transfer::Step as TransferStep;

/// Where a document is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Until its end.
    StandardInput,
    /// A file.
    File(PathBuf),
}

/// What `apply` is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplyRequest {
    /// The document.
    pub source: Source,
    /// Also change what exists and differs.
    pub overwrite: bool,
}

impl ApplyRequest {
    /// The command that it stands for, its document read.
    ///
    /// # Errors
    /// Which file cannot be read.
    pub fn command(&self) -> Result<Command, Failure> {
        Ok(Command::Apply { document: self.source.read()?, overwrite: self.overwrite })
    }
}

impl Source {
    /// The file of this name; `-` is standard input.
    #[must_use]
    pub fn named(file: PathBuf) -> Self {
        if file.as_os_str() == "-" { Self::StandardInput } else { Self::File(file) }
    }

    /// Reads the document.
    ///
    /// # Errors
    /// Which file cannot be read.
    #[expect(clippy::disallowed_methods, reason = "boot reads the files that the command line names")]
    pub fn read(&self) -> Result<String, Failure> {
        match self {
            Self::StandardInput => {
                let mut text = String::new();
                let read = std::io::stdin().read_to_string(&mut text);
                read.map(|_| text).map_err(|error| Failure::new(format_args!("standard input cannot be read: {error}")))
            }
            Self::File(path) => {
                std::fs::read_to_string(path).map_err(|error| Failure::new(format_args!("{} cannot be read: {error}", path.display())))
            }
        }
    }
}

/// Serves until told to stop.
///
/// # Errors
/// What keeps it from starting, or broke it.
pub async fn serve(config: Config, apply: Option<ApplyRequest>) -> Result<(), Failure> {
    logging::start(&config.log).map_err(Failure::new)?;
    let settings = &config.server;
    // Bound first: without a public URL, the address is the issuer that tokens name.
    let main =
        listen::bind(settings.listen).map_err(|error| Failure::new(error).hint("another port with --listen, or 0 for a free one"))?;
    let issuer = issuer(&config, &main.address().to_string());
    let assembled = assemble(&config, issuer.clone())?;
    assembled.engine.refresh_signing_keys().await.map_err(Failure::new)?;
    let welcome = match &apply {
        Some(request) => {
            let applied = command::apply(&assembled.engine, &request.source.read()?, request.overwrite, "serve --apply").await?;
            let warnings = applied.warnings.iter().map(|warning| format!("warning: {warning}"));
            warnings.chain(applied.lines.clone()).for_each(|line| say(&mut std::io::stderr(), &line));
            None
        }
        None => first_start::first_administrator(&assembled.engine, &config.store.data_dir).await?,
    };
    let stop = stop::on_signals().map_err(Failure::new)?;
    let detached = Detached::default();
    let clock = assembled.clock.clone();
    let metrics = Arc::new(Metrics::new(Arc::new(move || clock.now().as_millis())));
    let upkeep = upkeep(&config, &assembled, &metrics);
    let metrics_listener = match settings.metrics_listen {
        Some(address) => {
            let bound = listen::bind(address).map_err(Failure::new)?;
            Some((bound, ops::metrics_router(metrics.clone()).fallback(ops::not_found)))
        }
        None => None,
    };
    let control = control::open(&config).await;
    let app = app(&config, issuer, &assembled, &detached, stop.clone(), metrics, metrics_listener.is_none());
    let tls = config::tls_material(settings).map_err(Failure::new)?;
    let listeners = Listeners { main: (main, app), metrics: metrics_listener, tls };
    let announce = |url: &str| {
        say(&mut std::io::stdout(), &format_args!("listening on {url}"));
        if let Some(welcome) = welcome {
            say(&mut std::io::stdout(), &welcome.message(url));
        }
    };
    let commands = answer_commands(control, &config, &assembled, &detached, stop.clone());
    let (served, (), ()) = tokio::join!(listen::serve(listeners, settings, stop.clone(), announce), upkeep.run(stop), commands);
    close(&assembled, &detached, &config).await;
    served.map_err(Failure::new)
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

/// Runs a command: in the server that has the database open, else here.
///
/// # Errors
/// What the command says, or what keeps it from running.
pub async fn run_command(config: Config, command: Command) -> Result<Report, Failure> {
    logging::start(&config.log).map_err(Failure::new)?;
    if let Some(done) = control::ask_running(&config, &command).await? {
        return done;
    }
    let is_file = matches!(config.store.database(), Ok(config::Database::Sqlite(_)));
    if let (true, Err(error), false) = (is_file, control::database(&config)?, command.may_make_a_database()) {
        let dir = config.store.data_dir.display();
        return Err(Failure::new(format_args!("there is no database in {dir}: {error}")).hint("another directory with --data-dir"));
    }
    let assembled = assemble(&config, issuer(&config, &config.server.listen.to_string()))?;
    let done = command::execute(&assembled.engine, command).await;
    assembled.database.shutdown();
    done
}

/// What tokens name as their issuer: the public URL, else where it listens (contracts, Issuer).
fn issuer(config: &Config, address: &str) -> String {
    let scheme = if config.server.tls_files().is_some() { "https" } else { "http" };
    config.server.public_url.clone().unwrap_or_else(|| format!("{scheme}://{address}"))
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
    issuer: String,
    assembled: &Assembled,
    detached: &Detached,
    stop: Stop,
    metrics: Arc<Metrics>,
    metrics_here: bool,
) -> Router {
    let settings = &config.server;
    router(App {
        engine: assembled.engine.clone(),
        detached: detached.clone(),
        clock: ServerClock::new(assembled.clock.clone()),
        readiness: readiness(assembled.engine.clone(), stop),
        metrics_here: metrics_here.then(|| metrics.clone()),
        kit: Kit {
            mint_request_id: ambient::request_ids(assembled.entropy.clone()),
            trusted_proxies: TrustedProxies::new(&settings.trusted_proxies),
            metrics,
        },
        in_flight: InFlight::new(settings.max_in_flight),
        request_timeout: settings.request_timeout(),
        max_header_bytes: usize::try_from(settings.max_header_bytes).unwrap_or(usize::MAX),
        body_limits: BodyLimits { max_bytes: settings.body_limit(), timeout: settings.request_timeout() },
        docs: settings.docs,
        issuer,
        audience: config.tokens.audience.clone(),
    })
}

/// Ready is who could store a change now and is not stopping.
fn readiness(engine: Arc<Engine>, stop: Stop) -> ops::Readiness {
    Arc::new(move || {
        let (engine, draining) = (engine.clone(), stop.stage() != Stage::Running);
        Box::pin(async move {
            let mut reasons = Vec::new();
            if draining {
                reasons.push(ops::Reason { part: "server".into(), problem: "is stopping".into() });
            }
            if let Err(error) = engine.check().await {
                tracing::warn!(error = %error, "the store is not ready");
                reasons.push(ops::Reason { part: "store".into(), problem: "cannot store a change now".into() });
            }
            reasons
        })
    })
}
