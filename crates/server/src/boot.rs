//! Where the pieces are put together: the only place that knows the clock, the randomness, the store and the routes at once.

use std::{
    io::Read as _,
    path::PathBuf,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use axum::Router;

use crate::{
    cli::{Failure, say},
    config::{self, Config},
    http::{self, Kit, client_address::TrustedProxies},
    listen::{self, Listeners},
    logging,
    metrics::{Metrics, WallClock},
    ops,
    tasks::stop,
};

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

impl Source {
    /// Reads the document.
    ///
    /// # Errors
    /// Which file cannot be read.
    pub fn read(&self) -> Result<String, Failure> {
        let mut text = String::new();
        match self {
            Self::StandardInput => std::io::stdin()
                .read_to_string(&mut text)
                .map_err(|error| Failure::new(format_args!("standard input cannot be read: {error}")))?,
            Self::File(path) => {
                text = std::fs::read_to_string(path)
                    .map_err(|error| Failure::new(format_args!("{} cannot be read: {error}", path.display())))?;
                text.len()
            }
        };
        Ok(text)
    }
}

/// Serves until told to stop.
///
/// # Errors
/// What keeps it from starting, or broke it.
pub async fn serve(config: Config, apply: Option<ApplyRequest>) -> Result<(), Failure> {
    logging::start(&config.log).map_err(Failure::new)?;
    if let Some(request) = apply {
        apply_document(&request)?;
    }
    let settings = &config.server;
    let stop = stop::on_signals().map_err(Failure::new)?;
    let metrics = Arc::new(Metrics::new(wall_clock()));
    let tls = config::tls_material(settings).map_err(Failure::new)?;
    let main =
        listen::bind(settings.listen).map_err(|error| Failure::new(error).hint("another port with --listen, or 0 for a free one"))?;
    let metrics_listener = match settings.metrics_listen {
        Some(address) => {
            let bound = listen::bind(address).map_err(Failure::new)?;
            // Standard output has exactly one line, so the port that was picked is told here.
            tracing::info!(address = %bound.address(), "metrics have a listener of their own");
            Some((bound, ops::metrics_router(Arc::clone(&metrics)).fallback(ops::not_found)))
        }
        None => None,
    };
    let on_main = metrics_listener.is_none().then(|| Arc::clone(&metrics));
    let app = ops::router(readiness(stop.clone()), on_main);
    let listeners = Listeners { main: (main, wrapped(app, settings, metrics)), metrics: metrics_listener, tls };
    listen::serve(listeners, settings, stop, |url| say(&mut std::io::stdout(), &format_args!("listening on {url}")))
        .await
        .map_err(Failure::new)
}

/// Applies a document without serving.
///
/// # Errors
/// What is wrong with the document, or with the store.
#[allow(clippy::unused_async, reason = "the store that it will open is asynchronous")]
pub async fn apply(config: Config, request: ApplyRequest) -> Result<(), Failure> {
    logging::start(&config.log).map_err(Failure::new)?;
    apply_document(&request)
}

fn apply_document(request: &ApplyRequest) -> Result<(), Failure> {
    request.source.read()?;
    Err(Failure::new("applying documents is not part of this build"))
}

fn wrapped(app: Router, settings: &config::Server, metrics: Arc<Metrics>) -> Router {
    let kit = Kit { mint_request_id: Arc::new(random_id), trusted_proxies: TrustedProxies::new(&settings.trusted_proxies), metrics };
    http::wrap(app.fallback(ops::not_found).method_not_allowed_fallback(ops::method_not_allowed), kit)
}

fn readiness(stop: stop::Stop) -> ops::Readiness {
    Arc::new(move || {
        let draining = stop.stage() != stop::Stage::Running;
        Box::pin(async move {
            let reason = || ops::Reason { part: "server".into(), problem: "is stopping".into() };
            draining.then(reason).into_iter().collect()
        })
    })
}

fn wall_clock() -> WallClock {
    Arc::new(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}

fn random_id() -> String {
    let mut bytes = [0_u8; 16];
    // An id that cannot be drawn is worth less than an answer.
    if getrandom::fill(&mut bytes).is_err() {
        return "unknown".into();
    }
    uuid::Uuid::from_bytes(bytes).simple().to_string()
}
