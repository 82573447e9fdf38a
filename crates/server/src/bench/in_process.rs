//! The server in this process: its own router, middlewares and sockets, and beside them a route that does nothing.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::boot::admission;
use crate::boot::ambient::{self, MachineClock, MachineEntropy};
use crate::boot::measured::{AUDIENCE, ISSUER};
use crate::config::Config;
use crate::http::access_log::Observed;
use crate::http::body;
use crate::http::client_address::TrustedProxies;
use crate::http::envelope::Bare;
use crate::http::front::{Answering, Front};
use crate::http::limits::{Guard, Guarding, Limits, guard};
use crate::http::places::Priority;
use crate::http::server_clock::ServerClock;
use crate::http::{Kit, wrap};
use crate::listen::{self, ListenMetrics, Listeners};
use crate::logging::Gathering;
use crate::metrics::{Metrics, RouteNumbers};
use crate::router::{App, Routes, router};
use crate::tasks::stop::{self, StopTrigger};
use crate::tasks::upkeep::{Upkeep, UpkeepMetrics};
use crate::web::Door;
use axum::Router;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use cloakroom_engine::clock::Clock as _;
use tokio::runtime::Runtime;
use tower::Service;

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
        let app = app(home, &config, kit.clone())?;
        let routes = Beside { all: router(app.clone()), noop: noop(&app, kit, idle_answer) };
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

fn app(home: &Home, config: &Config, kit: Kit) -> Result<App, Failure> {
    let settings = &config.server;
    Ok(App {
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
        door: Arc::new(Door::new(ISSUER, &config.web.settings())?),
    })
}

/// Everything that is served, and beside it a route that does nothing.
#[derive(Clone)]
struct Beside {
    all: Routes,
    noop: Front,
}

impl Service<Request> for Beside {
    type Response = Response;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Answering {
        if request.uri().path() == NOOP { self.noop.call(request) } else { self.all.call(request) }
    }
}

const NOOP: &str = "/noop";

/// A route with all that the kit puts around every route, which reads its body and answers as many bytes as asked.
fn noop(app: &App, kit: Kit, idle_answer: usize) -> Front {
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
    let guarding = Guard { limits, envelope: Bare, numbers: Some(RouteNumbers::of(NOOP)), detached: None };
    wrap(guard(Router::new().route(NOOP, post(handler)), Guarding::new(guarding)), kit)
}

async fn answer_after(request: Request, answer: Bytes) -> Response {
    let (parts, body) = request.into_parts();
    match body::whole(&parts, body).await {
        Ok(_) => ([(header::CONTENT_TYPE, "application/json")], answer).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}
