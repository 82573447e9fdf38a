//! What keeps one server from drowning: overload is refused early, slow and panicking handlers are answered for.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::Route;
use axum::routing::future::RouteFuture;
use tower::{Layer, Service};

use super::answers::Answers;
use super::arrival::{Arrival, note_path};
use super::body::Bodies;
use super::client_address::ClientAddress;
use super::course::Course;
use super::deadline::{TooLate, within};
use super::detached::{Detached, Lost};
use super::envelope::Envelope;
use super::panics::{Panicked, poll_caught};
use super::places::{Held, InFlight, Place, Priority};
use super::rates::{Rate, Rates};
use super::shares::{Counted, Full};
use crate::metrics::{Matched, RouteNumbers};

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
    fn count(&self, client: ClientAddress) -> Result<(), Refusal> {
        let address = client.address.filter(|_| client.counted.is_some());
        let (Some((rate, rates)), Some(address)) = (&self.rate, address) else { return Ok(()) };
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

/// Puts the limits around every route and fallback that `router` has so far, and around them the surface's envelope.
pub fn guard<S: Clone + Send + Sync + 'static, E: Envelope>(router: Router<S>, guarding: Guarding<E>) -> Router<S> {
    router.layer(guarding)
}

/// How routes are guarded.
pub struct Guarding<E>(Arc<Guard<E>>);

impl<E> Guarding<E> {
    #[must_use]
    pub fn new(guard: Guard<E>) -> Self {
        Self(Arc::new(guard))
    }
}

impl<E> Clone for Guarding<E> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// What stands around a route.
pub struct Guard<E> {
    pub limits: Limits,
    /// Around every answer, also around refusals.
    pub envelope: E,
    /// Where its requests are counted, where it is one route.
    pub numbers: Option<Arc<RouteNumbers>>,
    /// Given where the handler runs to its end once it has begun to change something.
    pub detached: Option<Detached>,
}

impl<E: Envelope> Layer<Route> for Guarding<E> {
    type Service = Guarded<E>;

    fn layer(&self, route: Route) -> Guarded<E> {
        Guarded(Arc::new((route, self.0.clone())))
    }
}

/// A route with its guard. The router copies it for each request, and a route is dear to copy.
pub struct Guarded<E>(Arc<(Route, Arc<Guard<E>>)>);

impl<E> Clone for Guarded<E> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<E: Envelope> Service<Request> for Guarded<E> {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let Self(guarded) = self.clone();
        Box::pin(async move {
            let (route, guard) = &*guarded;
            match &guard.numbers {
                Some(numbers) => {
                    if let Some(arrival) = Arrival::of(request.extensions()) {
                        arrival.note(|| Matched::Known(numbers.clone()));
                    }
                }
                None => note_path(&request),
            }
            // Not by way of a name: what is named and then awaited is kept twice.
            Ok(guard.envelope.enclose(request, |request| guard.answer(request, |request| route.clone().call(request))).await)
        })
    }
}

impl<E> Guard<E> {
    async fn answer(&self, request: Request, handler: impl FnOnce(Request) -> RouteFuture<Infallible> + Send) -> Response {
        match self.admit(request, handler).await {
            Ok(response) => response,
            Err(refusal) => {
                let mut response = (self.limits.shape)(refusal);
                if let Some(seconds) = refusal.retry_after_seconds() {
                    response.headers_mut().entry(header::RETRY_AFTER).or_insert_with(|| HeaderValue::from(seconds));
                }
                response
            }
        }
    }

    async fn admit(&self, request: Request, handler: impl FnOnce(Request) -> RouteFuture<Infallible> + Send) -> Result<Response, Refusal> {
        let limits = &self.limits;
        if header_bytes(request.headers()) > limits.max_header_bytes {
            return Err(Refusal::HeadersTooLarge);
        }
        let arrival = Arrival::of(request.extensions()).cloned();
        let client = arrival.as_ref().map(Arrival::client).unwrap_or_default();
        limits.count(client)?;
        // Whatever is slow to come holds no place, and nobody is authenticated for it.
        let (request, _held) = limits.bodies.receive(request, client.counted).await?;
        let place = limits.place(client.counted)?;
        let response = within(limits.timeout, pin!(self.run(client, handler(request)))).await.map_err(|TooLate| Refusal::TimedOut)??;
        // The places that are kept for ends are for those who may end something: whoever may not gives it back at once.
        let is_given_back = limits.priority == Priority::Last && response.status().is_client_error();
        if let Some(arrival) = arrival.filter(|_| !is_given_back) {
            arrival.keep(Held { place, longest: limits.longest });
        }
        Ok(response)
    }

    /// A client that hangs up costs nothing until a change has begun, and leaves no half of one.
    async fn run(&self, client: ClientAddress, mut handling: RouteFuture<Infallible>) -> Result<Response, Refusal> {
        let handled = match &self.detached {
            None => poll_fn(|cx| poll_caught(&mut handling, cx)).await.map_err(|Panicked| Refusal::Panicked)?,
            Some(detached) => detached.run_for_client(Course::of(client.address), handling).await.map_err(|Lost| Refusal::Lost)?,
        };
        let Ok(response) = handled;
        Ok(response)
    }
}

fn header_bytes(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::response::IntoResponse as _;
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;
    use crate::http::body::BodyLimits;
    use crate::http::envelope::Bare;
    use crate::http::request_id::RequestId;
    use crate::http::shares::Shares;

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
        let limits = Limits {
            rate: None,
            bodies,
            answers,
            in_flight: in_flight.clone(),
            priority,
            longest: None,
            timeout,
            max_header_bytes: 20,
            shape,
        };
        guard(router, Guarding::new(Guard { limits, envelope: Bare, numbers: None, detached: None }))
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
        let arrival = Arrival::new(RequestId::UNKNOWN, ClientAddress::default());
        let asked = |path: &'static str| Request::get(path).extension(arrival.clone()).body(Body::empty()).unwrap();
        assert_eq!(answer(app(&places, Priority::Last, LONG), asked("/")).await.0, 200);
        assert_eq!((places.taken(), arrival.take_held().is_some()), (1, true));
        assert_eq!(answer(app(&places, Priority::Last, LONG), asked("/nobody")).await.0, 401);
        assert_eq!((places.taken(), arrival.take_held().is_some()), (0, false));
        assert_eq!(answer(app(&places, Priority::Normal, LONG), asked("/nobody")).await.0, 401);
        assert_eq!((places.taken(), arrival.take_held().is_some()), (1, true));
    }
}
