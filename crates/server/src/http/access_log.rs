//! One log line and one observation per request, also when the client hangs up before the answer.

use std::{
    io::Write as _,
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::http::{Method, StatusCode};

use super::arrival::Arrival;
use super::time::InMicros;
use crate::metrics::Metrics;
use crate::tasks::log_lines::{LineFormat, LogLines};

/// The target of the lines, for `log.level` directives.
pub const TARGET: &str = "cloakroom::access";

/// What is logged as the status when the client went away before it got one; a number that no answer has.
const CLIENT_WENT_AWAY: u16 = 499;

/// Longer than most lines.
const LINE_BYTES: usize = 384;

/// Where the lines go. They are written by hand, JSON as the library would: its own way takes ten times as long, for each request.
#[derive(Clone)]
pub struct AccessLog {
    lines: LogLines,
    format: LineFormat,
    micros: fn() -> i64,
}

impl AccessLog {
    /// `micros` tells the time, in microseconds since 1970.
    #[must_use]
    pub fn new(lines: LogLines, format: LineFormat, micros: fn() -> i64) -> Self {
        Self { lines, format, micros }
    }

    fn write(&self, told: &Told<'_>) {
        if !tracing::enabled!(target: TARGET, tracing::Level::INFO) {
            return;
        }
        let at = InMicros::of((self.micros)());
        let mut line = Vec::with_capacity(LINE_BYTES);
        let written = match self.format {
            LineFormat::Json => told.as_json(&at, &mut line),
            LineFormat::Text => told.as_text(&at, &mut line),
        };
        // Writing to memory cannot fail.
        if written.is_ok() {
            self.lines.gather(&line);
        }
    }
}

/// What a line says.
struct Told<'a> {
    method: &'a str,
    route: &'a str,
    status: u16,
    latency_us: u64,
    request_id: &'a str,
    client: Option<IpAddr>,
}

impl Told<'_> {
    fn as_json(&self, at: &InMicros, line: &mut Vec<u8>) -> std::io::Result<()> {
        line.extend_from_slice(b"{\"timestamp\":\"");
        line.extend_from_slice(at.as_str().as_bytes());
        line.extend_from_slice(b"\",\"level\":\"INFO\",\"message\":\"request\",\"method\":");
        serde_json::to_writer(&mut *line, self.method)?;
        line.extend_from_slice(b",\"route\":");
        serde_json::to_writer(&mut *line, self.route)?;
        line.extend_from_slice(b",\"status\":");
        serde_json::to_writer(&mut *line, &self.status)?;
        line.extend_from_slice(b",\"latency_us\":");
        serde_json::to_writer(&mut *line, &self.latency_us)?;
        line.extend_from_slice(b",\"request_id\":\"");
        line.extend_from_slice(self.request_id.as_bytes());
        line.push(b'"');
        if let Some(client) = self.client {
            line.extend_from_slice(b",\"client\":\"");
            put_address(client, line)?;
            line.push(b'"');
        }
        line.extend_from_slice(b",\"target\":\"");
        line.extend_from_slice(TARGET.as_bytes());
        line.extend_from_slice(b"\"}\n");
        Ok(())
    }

    /// What people look for stands first, in the order of a request's own first line.
    fn as_text(&self, at: &InMicros, line: &mut Vec<u8>) -> std::io::Result<()> {
        let (whole, tenths) = (self.latency_us / 1000, self.latency_us % 1000 / 100);
        write!(line, "{}  INFO {} {} {} in {whole}.{tenths} ms", at.as_str(), self.method, self.route, self.status)?;
        write!(line, " request_id={}", self.request_id)?;
        if let Some(client) = self.client {
            write!(line, " client={client}")?;
        }
        writeln!(line)
    }
}

/// The formatter of the standard library takes longer for an IPv4 address than all else in a line.
fn put_address(address: IpAddr, line: &mut Vec<u8>) -> std::io::Result<()> {
    let IpAddr::V4(address) = address else { return write!(line, "{address}") };
    for (place, octet) in address.octets().iter().enumerate() {
        if place > 0 {
            line.push(b'.');
        }
        serde_json::to_writer(&mut *line, octet)?;
    }
    Ok(())
}

/// Where requests are told of.
#[derive(Clone)]
pub struct Observed {
    pub metrics: Arc<Metrics>,
    /// `None` where nobody wants a line for each.
    pub log: Option<AccessLog>,
}

/// Written when dropped, so that a request that is dropped half-way is not forgotten.
pub struct Line {
    observed: Observed,
    arrival: Arrival,
    method: Method,
    status: Option<StatusCode>,
    began: Instant,
}

impl Line {
    /// For a request that has come.
    #[expect(clippy::disallowed_methods, reason = "a latency, not a time of day: nothing is decided by it")]
    pub fn begin(observed: Observed, arrival: Arrival, method: &Method) -> Self {
        observed.metrics.begin();
        Self { observed, arrival, method: method.clone(), status: None, began: Instant::now() }
    }

    /// The answer is there.
    pub fn answered(mut self, status: StatusCode) {
        self.status = Some(status);
    }
}

impl Drop for Line {
    #[expect(clippy::disallowed_methods, reason = "a latency, not a time of day: nothing is decided by it")]
    fn drop(&mut self) {
        let latency = self.began.elapsed();
        let status = self.status.map_or(CLIENT_WENT_AWAY, |status| status.as_u16());
        let numbers = self.observed.metrics.numbers(self.arrival.matched());
        self.observed.metrics.end(&numbers, &self.method, status, latency);
        let Some(log) = &self.observed.log else { return };
        log.write(&Told {
            method: self.method.as_str(),
            route: numbers.template(),
            status,
            latency_us: micros(latency),
            request_id: self.arrival.id().as_str(),
            client: self.arrival.client().address,
        });
    }
}

fn micros(latency: Duration) -> u64 {
    u64::try_from(latency.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::io::{Result, Write};

    use axum::{Router, body::Body, extract::Request, routing::get};
    use parking_lot::Mutex;
    use tower::ServiceExt as _;
    use tracing::Level;

    use super::*;
    use crate::http::answers::Answers;
    use crate::http::arrival::note_path;
    use crate::http::client_address::TrustedProxies;
    use crate::http::request_id::RequestId;
    use crate::http::{Front, Kit, wrap};

    #[derive(Clone, Default)]
    struct Captured(Arc<Mutex<Vec<u8>>>);

    impl Captured {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().clone()).unwrap()
        }
    }

    impl Write for Captured {
        fn write(&mut self, bytes: &[u8]) -> Result<usize> {
            self.0.lock().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> Result<()> {
            Ok(())
        }
    }

    /// What is written at `level` of the requests that are made.
    fn logged(level: Level, work: impl AsyncFnOnce(Front)) -> Vec<serde_json::Value> {
        let captured = Captured::default();
        let lines = LogLines::start(captured.clone(), 9999).unwrap();
        let log = Some(AccessLog::new(lines.clone(), LineFormat::Json, || 0));
        let metrics = Arc::new(Metrics::new(Arc::new(|| 0)));
        let noted = |request: Request| async move { note_path(&request) };
        let never = |request: Request| async move {
            note_path(&request);
            std::future::pending::<()>().await;
        };
        let kit = Kit {
            mint_request_id: Arc::new(|| RequestId::UNKNOWN),
            trusted_proxies: TrustedProxies::default(),
            answers: Answers::new(Duration::MAX, 9),
            observed: Observed { metrics: Arc::clone(&metrics), log },
            over_tls: false,
        };
        let app = wrap(Router::new().route("/things/{id}", get(noted)).route("/never", get(never)), kit);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let subscriber = tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::sink).finish();
        tracing::subscriber::with_default(subscriber, || runtime.block_on(work(app)));
        lines.flush();
        assert!(metrics.render().contains("cloakroom_in_flight 0\n"));
        let text = captured.text();
        assert!(!text.contains("s3cret"), "{text}");
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn request(path: &str) -> Request {
        Request::get(path).header("x-request-id", "r-1").body(Body::empty()).unwrap()
    }

    #[test]
    fn one_line_with_the_template() {
        let lines = logged(Level::INFO, async |app| {
            app.oneshot(request("/things/s3cret?token=s3cret")).await.unwrap();
        });
        assert_eq!(lines.len(), 1);
        for (name, value) in [
            ("timestamp", "1970-01-01T00:00:00.000000Z"),
            ("route", "/things/{id}"),
            ("method", "GET"),
            ("request_id", "r-1"),
            ("level", "INFO"),
        ] {
            assert_eq!(lines[0][name], value, "{name}");
        }
        assert_eq!(lines[0]["status"], 200);
        assert!(lines[0]["latency_us"].is_u64() && lines[0].get("client").is_none());
    }

    #[test]
    fn unknown_paths_do_not_show() {
        let lines = logged(Level::INFO, async |app| {
            app.oneshot(request("/s3cret")).await.unwrap();
        });
        assert_eq!((&lines[0]["route"], &lines[0]["status"]), (&"unmatched".into(), &404.into()));
    }

    #[test]
    fn a_client_that_hangs_up_leaves_a_line() {
        let lines = logged(Level::INFO, async |app| {
            let mut answer = Box::pin(app.oneshot(request("/never")));
            let waker = std::task::Waker::noop();
            assert!(answer.as_mut().poll(&mut std::task::Context::from_waker(waker)).is_pending());
        });
        assert_eq!((&lines[0]["route"], &lines[0]["status"]), (&"/never".into(), &499.into()));
    }

    #[test]
    fn the_level_of_the_log_holds_for_them() {
        let lines = logged(Level::WARN, async |app| {
            app.oneshot(request("/things/1")).await.unwrap();
        });
        assert!(lines.is_empty(), "{lines:?}");
    }

    /// The same line by the library, but for its time.
    fn by_the_library(told: &Told<'_>) -> String {
        let captured = Captured::default();
        let writer = captured.clone();
        let subscriber = tracing_subscriber::fmt().json().flatten_event(true).with_writer(move || writer.clone()).finish();
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(
                target: TARGET,
                method = told.method,
                route = told.route,
                status = told.status,
                latency_us = told.latency_us,
                request_id = told.request_id,
                client = told.client.map(tracing::field::display),
                "request"
            );
        });
        captured.text()
    }

    const FULL: Told<'_> = Told {
        method: "POST",
        route: "/a \"quoted\" \\ {route}",
        status: 503,
        latency_us: 17,
        request_id: "r-1",
        client: Some(IpAddr::V6(std::net::Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1))),
    };

    #[test]
    fn json_is_what_the_library_would_write() {
        let v4 = Some("203.0.113.7".parse().unwrap());
        for told in [&Told { client: None, ..FULL }, &Told { client: v4, ..FULL }, &FULL] {
            let (at, mut line) = (InMicros::of(0), Vec::new());
            told.as_json(&at, &mut line).unwrap();
            let (ours, theirs) = (String::from_utf8(line).unwrap(), by_the_library(told));
            let (before, after) = theirs.split_at(theirs.find("\",\"level").unwrap());
            assert_eq!(before.trim_start_matches("{\"timestamp\":\"").len(), at.as_str().len());
            assert!(ours.ends_with(after) && ours.len() == theirs.len(), "{ours}{theirs}");
        }
    }

    #[test]
    fn people_read_a_request_from_left_to_right() {
        let text = |told: &Told<'_>| {
            let mut line = Vec::new();
            told.as_text(&InMicros::of(0), &mut line).unwrap();
            String::from_utf8(line).unwrap()
        };
        let told = Told { route: "/docs", latency_us: 1_290, ..FULL };
        let line = "1970-01-01T00:00:00.000000Z  INFO POST /docs 503 in 1.2 ms request_id=r-1";
        assert_eq!(text(&told), format!("{line} client=2001:db8::1\n"));
        assert_eq!(text(&Told { client: None, ..told }), format!("{line}\n"));
        assert!(text(&FULL).contains(" in 0.0 ms "));
    }
}
