//! The server in this process: its own router, middlewares and sockets, and beside them a route that does nothing.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::boot::admission;
use crate::boot::ambient::{self, MachineClock, MachineEntropy};
use crate::boot::measured::{AUDIENCE, ISSUER};
use crate::config::Config;
use crate::http::access_log::Observed;
use crate::http::body;
use crate::http::client_address::TrustedProxies;
use crate::http::limits::{Limits, Priority, guard};
use crate::http::server_clock::ServerClock;
use crate::http::{Kit, wrap};
use crate::listen::{self, ListenMetrics, Listeners};
use crate::logging::Gathering;
use crate::metrics::Metrics;
use crate::router::{App, router};
use crate::tasks::stop::{self, StopTrigger};
use crate::tasks::upkeep::{Upkeep, UpkeepMetrics};
use axum::Router;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use cloakroom_engine::clock::Clock as _;
use tokio::runtime::Runtime;

use super::Failure;
use super::people::Home;

/// A server with a runtime of its own; serves until it is dropped.
pub struct InProcess {
    /// Where it serves.
    pub address: SocketAddr,
    runtime: Option<Runtime>,
    _stop: StopTrigger,
}

/// A runtime whose threads are told apart by their name.
///
/// # Errors
/// When there are no more threads.
pub fn runtime(name: &str, threads: usize) -> Result<Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(threads).thread_name(name).enable_all().build()?)
}

impl InProcess {
    /// Serves `home` on a free port, with the background tasks, as `cloakroom serve` does with the default configuration.
    /// `POST /noop` answers with `idle_answer` bytes.
    ///
    /// # Errors
    /// When there is no port, or no thread.
    pub fn start(home: &Home, idle_answer: usize) -> Result<Self, Failure> {
        Self::start_logging(home, idle_answer, None)
    }

    /// As [`InProcess::start`], with a line per request.
    ///
    /// # Errors
    /// As [`InProcess::start`].
    pub fn start_logging(home: &Home, idle_answer: usize, log: Option<&Gathering>) -> Result<Self, Failure> {
        let runtime = runtime("server", std::thread::available_parallelism()?.get())?;
        let config = Config::default();
        let (trigger, stop) = stop::by_hand();
        let kit = Kit {
            mint_request_id: ambient::request_ids(Arc::new(MachineEntropy)),
            trusted_proxies: TrustedProxies::new([]),
            answers: admission::answers(&config),
            observed: Observed {
                metrics: Arc::new(Metrics::new(Arc::new(|| MachineClock.now().as_millis()))),
                log: log.map(|log| log.of_requests(ambient::micros)),
            },
            over_tls: false,
        };
        let app = app(home, &config, kit.clone());
        let routes = router(app.clone()).merge(noop(&app, kit, idle_answer));
        let upkeep = Upkeep {
            engine: home.engine.clone(),
            tick: Duration::from_secs(config.tasks.tick_seconds),
            batch: usize::try_from(config.tasks.batch)?,
            metrics: UpkeepMetrics::default(),
        };
        let listening = runtime.block_on(async { listen::bind(SocketAddr::from(([127, 0, 0, 1], 0))) })?;
        let address = listening.address();
        runtime.spawn(upkeep.run(stop.clone()));
        runtime.spawn(async move {
            let (connections, counted) = (admission::connections(&config), ListenMetrics::default());
            let listeners = Listeners { main: (listening, routes), metrics: None, tls: None, connections, counted };
            if let Err(error) = listen::serve(listeners, &config.server, stop, |_| ()).await {
                tracing::error!(%error, "the server that is measured ended");
            }
        });
        Ok(Self { address, runtime: Some(runtime), _stop: trigger })
    }

    /// Runs something on the server's own threads.
    ///
    /// # Errors
    /// When it panicked.
    pub fn run<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Result<T, Failure> {
        let runtime = self.runtime.as_ref().ok_or("the server has ended")?;
        Ok(runtime.block_on(runtime.spawn(work))?)
    }
}

impl Drop for InProcess {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(Duration::from_secs(5));
        }
    }
}

fn app(home: &Home, config: &Config, kit: Kit) -> App {
    let settings = &config.server;
    App {
        engine: home.engine.clone(),
        detached: Default::default(),
        clock: ServerClock::new(Arc::new(MachineClock)),
        readiness: Arc::new(|| Box::pin(async { Vec::new() })),
        metrics_here: Some(kit.observed.metrics.clone()),
        kit,
        in_flight: admission::in_flight(config),
        streams: admission::streams(config),
        request_timeout: settings.request_timeout(),
        max_header_bytes: usize::try_from(settings.max_header_bytes).unwrap_or(usize::MAX),
        bodies: admission::bodies(config),
        rates: admission::rates(config),
        docs: false,
        issuer: ISSUER.to_owned(),
        audience: AUDIENCE.to_owned(),
    }
}

/// A route with all that the kit puts around every route, which reads its body and answers as many bytes as asked.
fn noop(app: &App, kit: Kit, idle_answer: usize) -> Router {
    let limits = Limits {
        rate: None,
        bodies: app.bodies.clone(),
        answers: app.kit.answers.clone(),
        in_flight: app.in_flight.clone(),
        priority: Priority::Normal,
        longest: None,
        timeout: app.request_timeout,
        max_header_bytes: app.max_header_bytes,
        shape: Arc::new(|refused| refused.status().into_response()),
    };
    let answer = Bytes::from(vec![b' '; idle_answer]);
    let handler = move |request: Request| async move { answer_after(request, answer).await };
    wrap(guard(Router::new().route("/noop", post(handler)), limits), kit)
}

async fn answer_after(request: Request, answer: Bytes) -> Response {
    let (parts, body) = request.into_parts();
    match body::whole(&parts, body).await {
        Ok(_) => ([(header::CONTENT_TYPE, "application/json")], answer).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}
