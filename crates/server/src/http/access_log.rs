//! One log line and one observation per request, also when the client hangs up before the answer.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{Method, StatusCode},
    middleware::Next,
    response::Response,
};
use parking_lot::Mutex;

use super::{client_address::ClientAddress, request_id::RequestId};
use crate::metrics::{Metrics, Route};

/// The target of the lines, for `log.level` directives.
pub const TARGET: &str = "cloakroom::access";

/// What is logged as the status when the client went away before it got one; a number that no answer has.
const CLIENT_WENT_AWAY: u16 = 499;

/// In the extensions of every request: lets handlers add to its log line. Clones write to the same line.
#[derive(Clone, Debug, Default)]
pub struct LogFields(Arc<Mutex<Fields>>);

#[derive(Debug, Default)]
struct Fields {
    surface: &'static str,
    notes: String,
}

impl LogFields {
    /// Names the surface that answers.
    pub fn surface(&self, name: &'static str) {
        self.0.lock().surface = name;
    }

    /// Adds `name=value` to the line. Only public ids and counts: what is given here is logged as it is.
    pub fn note(&self, name: &str, value: impl std::fmt::Display) {
        use std::fmt::Write as _;
        let mut fields = self.0.lock();
        let gap = if fields.notes.is_empty() { "" } else { " " };
        let _ = write!(fields.notes, "{gap}{name}={value}");
    }
}

/// Middleware: see the module. Inside of the ones that find the request id and the client's address.
pub async fn observe(State(metrics): State<Arc<Metrics>>, mut request: Request, next: Next) -> Response {
    let mut line = Line::begin(&mut request, metrics);
    let response = next.run(request).await;
    line.status = Some(response.status());
    response
}

/// Written when dropped, so that a request that is dropped half-way is not forgotten.
struct Line {
    metrics: Arc<Metrics>,
    method: Method,
    route: Route,
    status: Option<StatusCode>,
    began: Instant,
    request_id: Option<RequestId>,
    client: Option<std::net::IpAddr>,
    fields: LogFields,
}

impl Line {
    #[expect(clippy::disallowed_methods, reason = "a latency, not a time of day: nothing is decided by it")]
    fn begin(request: &mut Request, metrics: Arc<Metrics>) -> Self {
        metrics.begin();
        let fields = LogFields::default();
        request.extensions_mut().insert(fields.clone());
        let extensions = request.extensions();
        Self {
            metrics,
            method: request.method().clone(),
            route: Route::new(extensions.get::<MatchedPath>()),
            status: None,
            began: Instant::now(),
            request_id: extensions.get().cloned(),
            client: extensions.get::<ClientAddress>().and_then(|client| client.address),
            fields,
        }
    }
}

impl Drop for Line {
    #[expect(clippy::disallowed_methods, reason = "a latency, not a time of day: nothing is decided by it")]
    fn drop(&mut self) {
        let latency = self.began.elapsed();
        let status = self.status.map_or(CLIENT_WENT_AWAY, |status| status.as_u16());
        self.metrics.end(&self.route, &self.method, status, latency);
        let fields = self.fields.0.lock();
        tracing::info!(
            target: TARGET,
            method = self.method.as_str(),
            route = self.route.as_str(),
            status,
            latency_us = micros(latency),
            request_id = self.request_id.as_ref().map(RequestId::as_str),
            client = self.client.map(tracing::field::display),
            surface = (!fields.surface.is_empty()).then_some(fields.surface),
            notes = (!fields.notes.is_empty()).then_some(fields.notes.as_str()),
            "request"
        );
    }
}

fn micros(latency: Duration) -> u64 {
    u64::try_from(latency.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use axum::{Extension, Router, body::Body, middleware::from_fn_with_state, routing::get};
    use tower::ServiceExt as _;

    use super::*;

    #[derive(Clone, Default)]
    struct Captured(Arc<Mutex<Vec<u8>>>);

    impl Write for Captured {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn logged(work: impl AsyncFnOnce(Router)) -> Vec<serde_json::Value> {
        let captured = Captured::default();
        let writer = captured.clone();
        let subscriber = tracing_subscriber::fmt().json().flatten_event(true).with_writer(move || writer.clone()).finish();
        let metrics = Arc::new(Metrics::new(Arc::new(|| 0)));
        let app = Router::new()
            .route(
                "/things/{id}",
                get(|Extension(fields): Extension<LogFields>| async move {
                    fields.surface("v1");
                    fields.note("count", 3);
                    fields.note("tenant", "tnt_1");
                }),
            )
            .route("/never", get(std::future::pending::<()>))
            .layer(from_fn_with_state(Arc::clone(&metrics), observe));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        tracing::subscriber::with_default(subscriber, || runtime.block_on(work(app)));
        assert!(metrics.render().contains("cloakroom_in_flight 0\n"));
        let text = String::from_utf8(captured.0.lock().clone()).unwrap();
        assert!(!text.contains("s3cret"), "{text}");
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn request(path: &str) -> Request {
        Request::get(path).extension(RequestId::parse("r-1").unwrap()).body(Body::empty()).unwrap()
    }

    #[test]
    fn one_line_with_the_template_and_what_the_handler_added() {
        let lines = logged(async |app| {
            app.oneshot(request("/things/s3cret?token=s3cret")).await.unwrap();
        });
        assert_eq!(lines.len(), 1);
        for (name, value) in [
            ("route", "/things/{id}"),
            ("method", "GET"),
            ("request_id", "r-1"),
            ("surface", "v1"),
            ("notes", "count=3 tenant=tnt_1"),
            ("level", "INFO"),
        ] {
            assert_eq!(lines[0][name], value, "{name}");
        }
        assert_eq!(lines[0]["status"], 200);
        assert!(lines[0]["latency_us"].is_u64() && lines[0].get("client").is_none());
    }

    #[test]
    fn unknown_paths_do_not_show() {
        let lines = logged(async |app| {
            app.oneshot(request("/s3cret")).await.unwrap();
        });
        assert_eq!((&lines[0]["route"], &lines[0]["status"]), (&"unmatched".into(), &404.into()));
    }

    #[test]
    fn a_client_that_hangs_up_leaves_a_line() {
        let lines = logged(async |app| {
            let mut answer = Box::pin(app.oneshot(request("/never")));
            let waker = std::task::Waker::noop();
            assert!(answer.as_mut().poll(&mut std::task::Context::from_waker(waker)).is_pending());
        });
        assert_eq!((&lines[0]["route"], &lines[0]["status"]), (&"/never".into(), &499.into()));
    }
}
