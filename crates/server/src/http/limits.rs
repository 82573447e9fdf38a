//! What keeps one server from drowning: overload is refused early, slow and panicking handlers are answered for.

use std::{any::Any, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::Response,
};
use parking_lot::Mutex;
use tower_http::catch_panic::CatchPanicLayer;

use super::answers::Answers;
use super::body::Bodies;
use super::client_address::ClientAddress;
use super::detached::Lost;
use super::rates::{Rate, Rates};
use super::shares::{Counted, Full, Share, Shares};

/// Seconds after which a refused client may try again.
const RETRY_AFTER_SECONDS: u32 = 1;

/// Why the kit answers in place of a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// As many requests as allowed are under way.
    Overloaded,
    /// This client, or its network, has as much under way as one may have.
    TooMany,
    /// This client's network asked too often; it may again after so many seconds.
    TooOften { wait_seconds: u32 },
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
            Self::TooMany | Self::TooOften { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Panicked => StatusCode::INTERNAL_SERVER_ERROR,
            Self::HeadersTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        }
    }

    /// Seconds after which trying again makes sense.
    #[must_use]
    pub fn retry_after_seconds(self) -> Option<u32> {
        match self {
            Self::Overloaded | Self::TooMany | Self::TimedOut | Self::Lost => Some(RETRY_AFTER_SECONDS),
            Self::TooOften { wait_seconds } => Some(wait_seconds),
            Self::Panicked | Self::HeadersTooLarge => None,
        }
    }
}

impl From<Full> for Refusal {
    fn from(full: Full) -> Self {
        match full {
            Full::Everywhere => Self::Overloaded,
            Full::OfOne => Self::TooMany,
        }
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
pub struct InFlight(Shares);

/// A place, given back when the last clone is dropped.
#[derive(Clone, Debug)]
pub struct Place {
    _share: Arc<Share>,
}

impl InFlight {
    /// `most` requests at the same time, `of_one` of one address; an eighth of both is kept for [`Priority::Last`].
    #[must_use]
    pub fn new(most: u64, of_one: u64) -> Self {
        Self(Shares::new(most, of_one))
    }

    /// Whether a request that ends nothing would get a place now.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.0.has_more_than_an_eighth()
    }

    /// How many have a place.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.0.taken()
    }

    /// Takes a place.
    ///
    /// # Errors
    /// When there is none left.
    pub fn take(&self, priority: Priority, whose: Option<Counted>) -> Result<Place, Full> {
        let share = match priority {
            Priority::Normal => self.0.take_but_an_eighth(whose, 1),
            Priority::Last => self.0.take(whose, 1),
        };
        Ok(Place { _share: Arc::new(share?) })
    }
}

/// Places for answers that may go on for long, such as exports: apart from all others, so that they take nobody's.
#[derive(Clone, Debug)]
pub struct Streams {
    /// The places.
    pub places: InFlight,
    /// After which an answer is cut off, whoever takes it.
    pub longest: Duration,
}

/// What an answer holds until the client has it.
#[derive(Debug)]
pub struct Held {
    pub place: Place,
    /// After which it is cut off, however well it is taken.
    pub longest: Option<Duration>,
}

/// Where the place of a request is left for its answer; in the extensions of the request.
#[derive(Clone, Debug, Default)]
pub struct Kept(Arc<Mutex<Option<Held>>>);

impl Kept {
    /// Leaves it.
    pub fn put(&self, held: Held) {
        *self.0.lock() = Some(held);
    }

    /// What was left.
    #[must_use]
    pub fn take(&self) -> Option<Held> {
        self.0.lock().take()
    }
}

/// The limits of one surface, or of a part of it.
#[derive(Clone)]
pub struct Limits {
    /// How often they may be asked for, and where that is counted.
    pub rate: Option<(Rate, Rates)>,
    /// Reads the bodies.
    pub bodies: Bodies,
    /// Those that others do not take make room.
    pub answers: Answers,
    /// The places, shared by all surfaces.
    pub in_flight: InFlight,
    /// Which of them these routes may take.
    pub priority: Priority,
    /// How long an answer may go on, where the places are those of [`Streams`].
    pub longest: Option<Duration>,
    /// How long a handler may take.
    pub timeout: Duration,
    /// Bytes of header names and values that a request may have.
    pub max_header_bytes: usize,
    /// Makes the answer.
    pub shape: Shape,
}

impl Limits {
    /// Counts it for its client's network, unless that is our own proxy.
    fn count(&self, request: &Request) -> Result<(), Refusal> {
        let client = request.extensions().get::<ClientAddress>().filter(|client| client.counted.is_some());
        let (Some((rate, rates)), Some(address)) = (&self.rate, client.and_then(|client| client.address)) else { return Ok(()) };
        let too_often = |wait| Refusal::TooOften { wait_seconds: u32::try_from(wait).unwrap_or(u32::MAX) };
        rates.count(*rate, address).map_err(too_often)
    }

    /// A place, for which an answer that is not taken may have to go; a stream has its own time.
    fn place(&self, whose: Option<Counted>) -> Result<Place, Refusal> {
        let take = || self.in_flight.take(self.priority, whose);
        let makes_room = |full| self.longest.is_none() && self.answers.make_room(full, whose);
        let taken = take().or_else(|full| if makes_room(full) { take() } else { Err(full) });
        Ok(taken?)
    }
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
    limits.count(&request)?;
    // Whatever is slow to come holds no place, and nobody is authenticated for it.
    let (request, _held) = limits.bodies.receive(request).await?;
    let whose = request.extensions().get::<ClientAddress>().and_then(|client| client.counted);
    let kept = request.extensions().get::<Kept>().cloned();
    let place = limits.place(whose)?;
    let answered = tokio::time::timeout(limits.timeout, next.run(request)).await;
    let response = answered.map_err(|_| Refusal::TimedOut)?;
    let extensions = response.extensions();
    match (extensions.get::<HandlerPanicked>(), extensions.get::<Lost>()) {
        (Some(HandlerPanicked), _) => return Err(Refusal::Panicked),
        (None, Some(Lost)) => return Err(Refusal::Lost),
        (None, None) => {}
    }
    // The places that are kept for ends are for those who may end something: whoever may not gives it back at once.
    let is_given_back = limits.priority == Priority::Last && response.status().is_client_error();
    if let Some(kept) = kept.filter(|_| !is_given_back) {
        kept.put(Held { place, longest: limits.longest });
    }
    Ok(response)
}

fn header_bytes(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
}

#[cfg(test)]
mod tests {
    use axum::{response::IntoResponse as _, routing::get};
    use tower::ServiceExt as _;

    use super::*;
    use crate::http::body::BodyLimits;

    fn app(in_flight: &InFlight, priority: Priority, timeout: Duration) -> Router {
        let shape: Shape = Arc::new(|refusal| (refusal.status(), format!("{refusal:?}")).into_response());
        let router = Router::new()
            .route("/", get(async || "fine"))
            .route("/nobody", get(async || StatusCode::UNAUTHORIZED))
            .route("/panic", get(async || -> &'static str { panic!("boom") }))
            .route("/never", get(std::future::pending::<()>));
        let body_limits = BodyLimits { max_bytes: 99, timeout: LONG, moment: LONG, grace: LONG, bytes_per_second: 1 };
        let bodies = Bodies { limits: body_limits, bytes: Shares::new(99, 99), unfinished: Shares::new(9, 9) };
        let answers = Answers::new(LONG, 9);
        guard(
            router,
            Limits {
                rate: None,
                bodies,
                answers,
                in_flight: in_flight.clone(),
                priority,
                longest: None,
                timeout,
                max_header_bytes: 20,
                shape,
            },
        )
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
        let places = InFlight::new(8, 8);
        let app = |timeout| app(&places, Priority::Normal, timeout);
        assert_eq!(answer(app(LONG), request("/")).await, (200, None, "fine".into()));
        assert_eq!(answer(app(LONG), request("/panic")).await, (500, None, "Panicked".into()));
        let (status, retry, body) = answer(app(Duration::ZERO), request("/never")).await;
        assert_eq!((status, retry.as_deref(), body.as_str()), (503, Some("1"), "TimedOut"));
        let large = Request::get("/").header("x-large", "x".repeat(20)).body(Body::empty()).unwrap();
        assert_eq!(answer(app(LONG), large).await.0, 431);
        assert_eq!(places.taken(), 0);
    }

    #[tokio::test]
    async fn ends_are_refused_last() {
        let places = InFlight::new(8, 8);
        let mut held: Vec<_> = (0..7).map(|_| places.take(Priority::Normal, None).unwrap()).collect();
        let (status, retry, body) = answer(app(&places, Priority::Normal, LONG), request("/")).await;
        assert_eq!((status, retry.as_deref(), body.as_str()), (503, Some("1"), "Overloaded"));
        assert_eq!(answer(app(&places, Priority::Last, LONG), request("/")).await.0, 200);
        held.push(places.take(Priority::Last, None).unwrap());
        assert_eq!(answer(app(&places, Priority::Last, LONG), request("/")).await.0, 503);
        held.truncate(6);
        assert_eq!(answer(app(&places, Priority::Normal, LONG), request("/")).await.0, 200);
    }

    #[tokio::test]
    async fn an_answer_keeps_its_place_and_a_refused_end_does_not() {
        let places = InFlight::new(8, 8);
        let asked = |path: &'static str, kept: &Kept| Request::get(path).extension(kept.clone()).body(Body::empty()).unwrap();
        let kept = Kept::default();
        assert_eq!(answer(app(&places, Priority::Last, LONG), asked("/", &kept)).await.0, 200);
        assert_eq!((places.taken(), kept.take().is_some()), (1, true));
        assert_eq!(answer(app(&places, Priority::Last, LONG), asked("/nobody", &kept)).await.0, 401);
        assert_eq!((places.taken(), kept.take().is_some()), (0, false));
        assert_eq!(answer(app(&places, Priority::Normal, LONG), asked("/nobody", &kept)).await.0, 401);
        assert_eq!((places.taken(), kept.take().is_some()), (1, true));
    }
}
