//! The numbers that `/metrics` shows. Labels are route templates, methods and statuses: never an id, so their number is bounded.

use std::{
    fmt::{Error, Write as _},
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::extract::MatchedPath;
use axum::http::Method;
use parking_lot::RwLock;
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric as _, LabelSetEncoder, text},
    metrics::{
        counter::Counter,
        family::{Family, MetricConstructor},
        gauge::{ConstGauge, Gauge},
        histogram::Histogram,
        info::Info,
    },
    registry::{Registry, Unit},
};

/// What [`Metrics::render`] returns.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Milliseconds since 1970.
pub type WallClock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Bounds of the histogram: from reading a session (tens of microseconds) to a password hash behind a full queue.
const BUCKETS_SECONDS: [f64; 13] = [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5, 10.0];

/// The template of a route, cheap to clone; one name for all paths that match none.
type Route = Arc<str>;

const UNMATCHED: &str = "unmatched";

/// What is counted of one route. A request finds its counter by method and status, without hashing a text.
#[derive(Debug)]
pub struct RouteNumbers {
    route: Route,
    seen: RwLock<Vec<(&'static str, u16, Counter)>>,
    seconds: OnceLock<Histogram>,
}

impl RouteNumbers {
    /// Of the route with this template.
    #[must_use]
    pub fn of(template: &str) -> Arc<Self> {
        // axum names the fallback of a nested router after the tail it did not match.
        let template = if template.contains("__private__") { UNMATCHED } else { template };
        Arc::new(Self { route: template.into(), seen: RwLock::default(), seconds: OnceLock::new() })
    }

    /// The template, or `unmatched`.
    #[must_use]
    pub fn template(&self) -> &str {
        &self.route
    }
}

/// The route that answers.
#[derive(Clone, Debug)]
pub enum Matched {
    /// One whose numbers are at hand.
    Known(Arc<RouteNumbers>),
    /// One that is asked for seldom.
    Path(MatchedPath),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct ByAnswer {
    route: Route,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct ByRoute(Route);

impl EncodeLabelSet for ByAnswer {
    fn encode(&self, encoder: &mut LabelSetEncoder) -> Result<(), Error> {
        ("route", &*self.route).encode_label(encoder)?;
        ("method", self.method).encode_label(encoder)?;
        ("status", self.status).encode_label(encoder)
    }
}

impl EncodeLabelSet for ByRoute {
    fn encode(&self, encoder: &mut LabelSetEncoder) -> Result<(), Error> {
        ("route", &*self.0).encode_label(encoder)
    }
}

/// Encodes a pair as one label of a set.
trait EncodeInto {
    fn encode_label(&self, encoder: &mut LabelSetEncoder) -> Result<(), Error>;
}

impl<T: prometheus_client::encoding::EncodeLabelValue> EncodeInto for (&'static str, T) {
    fn encode_label(&self, encoder: &mut LabelSetEncoder) -> Result<(), Error> {
        prometheus_client::encoding::EncodeLabel::encode(self, encoder.encode_label())
    }
}

#[derive(Clone)]
struct Buckets;

impl MetricConstructor<Histogram> for Buckets {
    fn new_metric(&self) -> Histogram {
        Histogram::new(BUCKETS_SECONDS)
    }
}

/// The registry and the metrics of the HTTP side.
pub struct Metrics {
    registry: RwLock<Registry>,
    requests: Family<ByAnswer, Counter>,
    seconds: Family<ByRoute, Histogram, Buckets>,
    in_flight: Gauge,
    unmatched: Arc<RouteNumbers>,
}

impl Metrics {
    /// A registry with the metrics of HTTP and of the process, which starts now by `clock`.
    #[must_use]
    pub fn new(clock: WallClock) -> Self {
        let mut registry = Registry::with_prefix("cloakroom");
        let metrics = Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(Buckets),
            in_flight: Gauge::default(),
            unmatched: RouteNumbers::of(UNMATCHED),
            registry: RwLock::default(),
        };
        registry.register("requests", "Requests answered; 499: the client went away", metrics.requests.clone());
        registry.register("request_seconds", "Time to the head of the answer", metrics.seconds.clone());
        registry.register("in_flight", "Requests under way", metrics.in_flight.clone());
        let version = vec![("version", env!("CARGO_PKG_VERSION"))];
        registry.register("build", "What is running", Info::new(version));
        registry.register_collector(Box::new(Process { started: clock(), clock: Clock(clock) }));
        *metrics.registry.write() = registry;
        metrics
    }

    /// Registers more metrics, under the prefix `cloakroom_`. For what is kept elsewhere (queue lengths, row counts), register a
    /// [`Collector`], which is asked at each scrape.
    pub fn register(&self, add: impl FnOnce(&mut Registry)) {
        add(&mut self.registry.write());
    }

    /// The page, in the OpenMetrics text format; see [`CONTENT_TYPE`].
    #[must_use]
    pub fn render(&self) -> String {
        let mut page = String::new();
        if text::encode(&mut page, &self.registry.read()).is_err() {
            let _ = page.write_str("# EOF\n");
        }
        page
    }

    /// A request has come.
    pub fn begin(&self) {
        self.in_flight.inc();
    }

    /// Where a request to this route is counted.
    #[must_use]
    pub fn numbers(&self, matched: Option<&Matched>) -> Arc<RouteNumbers> {
        match matched {
            Some(Matched::Known(numbers)) => numbers.clone(),
            Some(Matched::Path(path)) => RouteNumbers::of(path.as_str()),
            None => self.unmatched.clone(),
        }
    }

    /// A request is over.
    pub fn end(&self, numbers: &RouteNumbers, method: &Method, status: u16, latency: Duration) {
        self.in_flight.dec();
        let method = bounded(method);
        let is_it = |(seen, at, _): &&(&'static str, u16, Counter)| *seen == method && *at == status;
        let known = numbers.seen.read().iter().find(is_it).map(|(_, _, counter)| counter.inc());
        if known.is_none() {
            let labels = ByAnswer { route: numbers.route.clone(), method, status };
            let counter = self.requests.get_or_create_owned(&labels);
            counter.inc();
            let mut seen = numbers.seen.write();
            if !seen.iter().any(|entry| is_it(&entry)) {
                seen.push((method, status, counter));
            }
        }
        let seconds = numbers.seconds.get_or_init(|| self.seconds.get_or_create_owned(&ByRoute(numbers.route.clone())));
        seconds.observe(latency.as_secs_f64());
    }
}

/// Clients may invent methods; they must not add labels.
fn bounded(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}

struct Clock(WallClock);

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

#[derive(Debug)]
struct Process {
    started: i64,
    clock: Clock,
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), Error> {
        let mut gauge = |name: &str, help: &str, unit: Unit, value: f64| {
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(
                name,
                help,
                Some(&unit),
                prometheus_client::encoding::EncodeMetric::metric_type(&gauge),
            )?)
        };
        let uptime = (self.clock.0)().saturating_sub(self.started);
        gauge("process_start_time", "When the process started, since 1970", Unit::Seconds, seconds(self.started))?;
        gauge("process_uptime", "How long the process runs", Unit::Seconds, seconds(uptime))?;
        if let Some(bytes) = resident_bytes() {
            gauge("process_resident_memory", "Memory in use", Unit::Bytes, bytes)?;
        }
        Ok(())
    }
}

#[allow(clippy::cast_precision_loss, reason = "exact for the next 285,000 years")]
fn seconds(milliseconds: i64) -> f64 {
    milliseconds as f64 / 1000.0
}

/// From the kernel's own account in kB, which needs no page size, unlike `statm`; `None` where there is no `/proc`.
#[expect(clippy::disallowed_methods, reason = "the process reads its own size, which is no setting")]
fn resident_bytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024.0)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    #[test]
    fn the_page_has_requests_process_and_build() {
        let now = Arc::new(AtomicI64::new(5000));
        let clock = Arc::clone(&now);
        let metrics = Metrics::new(Arc::new(move || clock.load(Ordering::Relaxed)));
        now.store(7500, Ordering::Relaxed);
        metrics.begin();
        metrics.begin();
        metrics.end(&metrics.numbers(None), &Method::GET, 404, Duration::from_millis(3));
        let page = metrics.render();
        for line in [
            "cloakroom_requests_total{route=\"unmatched\",method=\"GET\",status=\"404\"} 1",
            "cloakroom_request_seconds_bucket{le=\"0.005\",route=\"unmatched\"} 1",
            "cloakroom_in_flight 1",
            "cloakroom_process_start_time_seconds 5.0",
            "cloakroom_process_uptime_seconds 2.5",
            "cloakroom_build_info{version=",
            "# EOF",
        ] {
            assert!(page.contains(line), "{line}:\n{page}");
        }
        assert_eq!(page.contains("cloakroom_process_resident_memory_bytes"), cfg!(target_os = "linux"));
    }

    #[test]
    fn invented_methods_share_a_label() {
        let metrics = Metrics::new(Arc::new(|| 0));
        for name in ["BREW", "PROPFIND"] {
            let method = Method::from_bytes(name.as_bytes()).unwrap_or_default();
            metrics.begin();
            metrics.end(&metrics.numbers(None), &method, 405, Duration::ZERO);
        }
        assert!(metrics.render().contains("method=\"other\",status=\"405\"} 2"));
    }

    #[test]
    fn later_code_registers_its_own() {
        let metrics = Metrics::new(Arc::new(|| 0));
        let gauge: Gauge = Gauge::default();
        metrics.register(|registry| registry.register("hashing_queued", "Hashes that wait", gauge.clone()));
        gauge.set(4);
        assert!(metrics.render().contains("cloakroom_hashing_queued 4"));
    }
}
