//! What keeps one server from drowning: overload is refused early, slow and panicking handlers are answered for.

use std::{
    any::Any,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::Response,
};
use tower_http::catch_panic::CatchPanicLayer;

use super::detached::Lost;

/// Seconds after which a refused client may try again.
const RETRY_AFTER_SECONDS: u32 = 1;

/// Why the kit answers in place of a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// As many requests as allowed are under way.
    Overloaded,
    /// The handler took too long. What it began may still happen.
    TimedOut,
    /// The handler panicked.
    Panicked,
    /// A change did not come to its end. It may have happened.
    Lost,
    /// The head of the request is larger than allowed.
    HeadersTooLarge,
}

impl Refusal {
    /// The status that goes with it; a surface may choose another.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::Overloaded | Self::TimedOut | Self::Lost => StatusCode::SERVICE_UNAVAILABLE,
            Self::Panicked => StatusCode::INTERNAL_SERVER_ERROR,
            Self::HeadersTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        }
    }

    /// Seconds after which trying again makes sense.
    #[must_use]
    pub fn retry_after_seconds(self) -> Option<u32> {
        matches!(self, Self::Overloaded | Self::TimedOut | Self::Lost).then_some(RETRY_AFTER_SECONDS)
    }
}

/// Makes the answer of a surface out of a refusal. `Retry-After` is added to it.
pub type Shape = Arc<dyn Fn(Refusal) -> Response + Send + Sync>;

/// Which requests are refused first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// All that do not end something.
    Normal,
    /// Ends: they may use the places that are kept for them.
    Last,
}

/// Counts the requests under way on all surfaces; clones share the count.
#[derive(Clone, Debug)]
pub struct InFlight(Arc<Places>);

#[derive(Debug)]
struct Places {
    taken: AtomicUsize,
    normal: usize,
    all: usize,
}

/// A place, given back when dropped.
#[derive(Debug)]
struct Place(Arc<Places>);

impl InFlight {
    /// `most` requests at the same time, an eighth of the places kept for [`Priority::Last`].
    #[must_use]
    pub fn new(most: u64) -> Self {
        let all = usize::try_from(most).unwrap_or(usize::MAX);
        Self(Arc::new(Places { taken: AtomicUsize::new(0), normal: all - all / 8, all }))
    }

    fn take(&self, priority: Priority) -> Option<Place> {
        let most = if priority == Priority::Last { self.0.all } else { self.0.normal };
        let one_more = |taken: usize| (taken < most).then_some(taken + 1);
        self.0.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).ok()?;
        Some(Place(Arc::clone(&self.0)))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.taken.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The limits of one surface, or of a part of it.
#[derive(Clone)]
pub struct Limits {
    /// The places, shared by all surfaces.
    pub in_flight: InFlight,
    /// Which of them these routes may take.
    pub priority: Priority,
    /// How long a handler may take.
    pub timeout: Duration,
    /// Bytes of header names and values that a request may have.
    pub max_header_bytes: usize,
    /// Makes the answer.
    pub shape: Shape,
}

/// Puts the limits around every route and fallback that `router` has so far.
pub fn guard<S: Clone + Send + Sync + 'static>(router: Router<S>, limits: Limits) -> Router<S> {
    router.layer(CatchPanicLayer::custom(mark_panic)).layer(from_fn_with_state(limits, enforce))
}

#[derive(Clone)]
struct HandlerPanicked;

/// The payload is dropped unread: it may quote data.
#[allow(clippy::needless_pass_by_value, reason = "the signature that the layer asks for")]
fn mark_panic(_payload: Box<dyn Any + Send>) -> axum::http::Response<Body> {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(HandlerPanicked);
    response
}

async fn enforce(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    match admit(&limits, request, next).await {
        Ok(response) => response,
        Err(refusal) => {
            let mut response = (limits.shape)(refusal);
            if let Some(seconds) = refusal.retry_after_seconds() {
                response.headers_mut().entry(header::RETRY_AFTER).or_insert_with(|| HeaderValue::from(seconds));
            }
            response
        }
    }
}

async fn admit(limits: &Limits, request: Request, next: Next) -> Result<Response, Refusal> {
    if header_bytes(request.headers()) > limits.max_header_bytes {
        return Err(Refusal::HeadersTooLarge);
    }
    let _place = limits.in_flight.take(limits.priority).ok_or(Refusal::Overloaded)?;
    let answered = tokio::time::timeout(limits.timeout, next.run(request)).await;
    let response = answered.map_err(|_| Refusal::TimedOut)?;
    let extensions = response.extensions();
    match (extensions.get::<HandlerPanicked>(), extensions.get::<Lost>()) {
        (Some(HandlerPanicked), _) => Err(Refusal::Panicked),
        (None, Some(Lost)) => Err(Refusal::Lost),
        (None, None) => Ok(response),
    }
}

fn header_bytes(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
}

#[cfg(test)]
mod tests {
    use axum::{response::IntoResponse as _, routing::get};
    use tower::ServiceExt as _;

    use super::*;

    fn app(in_flight: &InFlight, priority: Priority, timeout: Duration) -> Router {
        let shape: Shape = Arc::new(|refusal| (refusal.status(), format!("{refusal:?}")).into_response());
        let router = Router::new()
            .route("/", get(async || "fine"))
            .route("/panic", get(async || -> &'static str { panic!("boom") }))
            .route("/never", get(std::future::pending::<()>));
        guard(router, Limits { in_flight: in_flight.clone(), priority, timeout, max_header_bytes: 20, shape })
    }

    async fn answer(app: Router, request: Request) -> (u16, Option<String>, String) {
        let response = app.oneshot(request).await.unwrap();
        let retry = response.headers().get(header::RETRY_AFTER).map(|value| value.to_str().unwrap().to_owned());
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 999).await.unwrap();
        (status, retry, String::from_utf8(body.to_vec()).unwrap())
    }

    fn request(path: &str) -> Request {
        Request::get(path).body(Body::empty()).unwrap()
    }

    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn each_refusal_is_shaped_by_the_surface() {
        let places = InFlight::new(8);
        let app = |timeout| app(&places, Priority::Normal, timeout);
        assert_eq!(answer(app(LONG), request("/")).await, (200, None, "fine".into()));
        assert_eq!(answer(app(LONG), request("/panic")).await, (500, None, "Panicked".into()));
        let (status, retry, body) = answer(app(Duration::ZERO), request("/never")).await;
        assert_eq!((status, retry.as_deref(), body.as_str()), (503, Some("1"), "TimedOut"));
        let large = Request::get("/").header("x-large", "x".repeat(20)).body(Body::empty()).unwrap();
        assert_eq!(answer(app(LONG), large).await.0, 431);
        assert_eq!(places.0.taken.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn ends_are_refused_last() {
        let places = InFlight::new(8);
        let mut held: Vec<_> = (0..7).map(|_| places.take(Priority::Normal).unwrap()).collect();
        let (status, retry, body) = answer(app(&places, Priority::Normal, LONG), request("/")).await;
        assert_eq!((status, retry.as_deref(), body.as_str()), (503, Some("1"), "Overloaded"));
        assert_eq!(answer(app(&places, Priority::Last, LONG), request("/")).await.0, 200);
        held.push(places.take(Priority::Last).unwrap());
        assert_eq!(answer(app(&places, Priority::Last, LONG), request("/")).await.0, 503);
        held.truncate(6);
        assert_eq!(answer(app(&places, Priority::Normal, LONG), request("/")).await.0, 200);
    }
}
