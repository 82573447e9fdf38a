//! The envelope around every reply: `{success, data | error, build, stats}` (docs/contracts/usm.md, Envelope).
//!
//! Handlers return a [`Reply`] or a [`UsmError`]; both travel in the response's extensions to [`Enclosed`], which knows the call.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cloakroom_engine::clock::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::Value;
use utoipa::openapi::{Object, ObjectBuilder, Ref, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::echo::{Echo, EchoSlot};
use super::error::UsmError;
use crate::http::arrival::Arrival;
use crate::http::cost::Cost;
use crate::http::envelope::Envelope;
use crate::http::server_clock::ServerClock;
use crate::http::time::{InMillis, millis};
use crate::version::BUILD_ID;

/// More than most answers have.
const ANSWER_BYTES: usize = 1024;

/// Data in the first half of its envelope.
#[derive(Clone, Debug)]
pub struct Reply(Vec<u8>);

impl Reply {
    /// Writes the data at its place in the answer.
    ///
    /// # Errors
    /// 500 when the data cannot be written as JSON.
    pub fn new(data: &impl Serialize) -> Result<Self, UsmError> {
        let mut answer = Vec::with_capacity(ANSWER_BYTES);
        answer.extend_from_slice(b"{\"success\":true,\"data\":");
        serde_json::to_writer(&mut answer, data).map_err(|_| UsmError::INTERNAL)?;
        Ok(Self(answer))
    }

    fn enclosed(self, stats: &Stats<'_>) -> Response {
        let Self(mut answer) = self;
        answer.extend_from_slice(b",\"build\":");
        answer.extend_from_slice(BUILD_JSON.as_bytes());
        answer.extend_from_slice(b",\"stats\":");
        if serde_json::to_writer(&mut answer, stats).is_err() {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
        answer.push(b'}');
        ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], answer).into_response()
    }
}

/// What a handler made of a call, until the envelope is around it.
#[derive(Clone)]
enum Outcome {
    Data(Reply),
    Error(Box<UsmError>),
}

fn carried(outcome: Outcome) -> Response {
    let mut response = Response::default();
    response.extensions_mut().insert(outcome);
    response
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        carried(Outcome::Data(self))
    }
}

impl IntoResponse for UsmError {
    fn into_response(self) -> Response {
        carried(Outcome::Error(Box::new(self)))
    }
}

/// The version that answers.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Build {
    pub build_major: u32,
    pub build_minor: u32,
    /// The version and the commit, which is `unknown` where it was built without its history.
    #[schema(example = "0.1.0+1a2b3c4d5e6f")]
    pub build_id: &'static str,
}

const BUILD: Build = Build {
    build_major: number(env!("CARGO_PKG_VERSION_MAJOR")),
    build_minor: number(env!("CARGO_PKG_VERSION_MINOR")),
    build_id: BUILD_ID,
};

static BUILD_JSON: LazyLock<String> = LazyLock::new(|| serde_json::to_string(&BUILD).unwrap_or_default());

/// In milliseconds.
const MICROSECOND: f64 = 0.001;

/// Cargo's version numbers are decimal digits; nothing else is read at compile time.
const fn number(digits: &str) -> u32 {
    let (bytes, mut value, mut at) = (digits.as_bytes(), 0, 0);
    while at < bytes.len() {
        value = value * 10 + (bytes[at] - b'0') as u32;
        at += 1;
    }
    value
}

/// What the call cost.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct CallMetrics {
    pub latency_ms: LatencyParts,
}

/// Where its time went. Of a refusal in whole milliseconds: finer ones could tell who exists.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct LatencyParts {
    /// All but the store.
    pub engine: f64,
    /// Waiting for the store, and for the disk or the database behind it.
    pub store: f64,
}

/// How long a call took.
struct Taken {
    all: Duration,
    store: Duration,
}

impl Taken {
    fn metrics(&self, unit: f64) -> CallMetrics {
        let in_units = |part: Duration| (part.as_secs_f64() * 1000.0 / unit).round() * unit;
        let parts = LatencyParts { engine: in_units(self.all.saturating_sub(self.store)), store: in_units(self.store) };
        CallMetrics { latency_ms: parts }
    }
}

/// What was called and how it went.
#[derive(Debug, Serialize, ToSchema)]
pub struct Stats<'a> {
    /// `POST /session/create` and the like.
    #[schema(value_type = String)]
    call: CallName<'a>,
    service: &'static str,
    request_id: &'a str,
    #[schema(value_type = String)]
    timestamp_utc: InMillis,
    latency_ms: f64,
    metrics: CallMetrics,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    orgcode: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cccode: Option<&'a str>,
    /// Tells two credentials apart and leads to neither.
    #[serde(skip_serializing_if = "Option::is_none")]
    session_fingerprint: Option<&'a str>,
    /// As `session_fingerprint`, of an API key.
    #[serde(skip_serializing_if = "Option::is_none")]
    api_key_fingerprint: Option<&'a str>,
    #[serde(flatten)]
    build: Build,
}

/// The method and the route of a call.
#[derive(Debug)]
struct CallName<'a> {
    method: &'a str,
    route: &'a str,
}

impl<'a> CallName<'a> {
    fn of(method: &'a Method, route: Option<&'a MatchedPath>) -> Self {
        // A path that is no route is not repeated: it may hold what somebody took for one.
        let route = route.and_then(|route| route.as_str().strip_prefix("/usm")).filter(|route| !route.contains('{'));
        Self { method: method.as_str(), route: route.unwrap_or("/") }
    }
}

impl Serialize for CallName<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{} {}", self.method, self.route))
    }
}

/// Data in its envelope, as it is described.
pub struct Enveloped<T>(PhantomData<T>);

impl<T: ToSchema> PartialSchema for Enveloped<T> {
    fn schema() -> RefOr<Schema> {
        let success = Object::with_type(Type::Boolean);
        let object = ObjectBuilder::new()
            .description(Some("Success: `success` is always true."))
            .property("success", success)
            .property("data", Ref::from_schema_name(T::name()))
            .property("build", Ref::from_schema_name(Build::name()))
            .property("stats", Ref::from_schema_name(Stats::name()));
        ["success", "data", "build", "stats"].into_iter().fold(object, ObjectBuilder::required).into()
    }
}

impl<T: ToSchema> ToSchema for Enveloped<T> {
    fn name() -> Cow<'static, str> {
        format!("{}Reply", T::name().trim_end_matches("Record")).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
        let own = [
            (T::name(), T::schema()),
            (Build::name(), Build::schema()),
            (Stats::name(), Stats::schema()),
            (CallMetrics::name(), CallMetrics::schema()),
            (LatencyParts::name(), LatencyParts::schema()),
        ];
        schemas.extend(own.map(|(name, schema)| (name.into_owned(), schema)));
    }
}

/// A message by language.
#[derive(Debug, Serialize, ToSchema)]
pub struct Message {
    #[serde(rename = "en_US")]
    pub en_us: &'static str,
}

/// A tag for programs and a message for people.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tagged {
    pub tag: &'static str,
    pub message: Message,
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorObject {
    pub major: Tagged,
    /// The doom reason, where `major` is `session-doomed` or `api-key-doomed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minor: Option<Tagged>,
    /// With `validation-error`: `fields`, each with `field` and `problem`, or `problem`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    pub details: Option<Value>,
}

/// A refused call in its envelope.
#[derive(Debug, Serialize, ToSchema)]
pub struct Failed<'a> {
    /// Always false.
    pub success: bool,
    pub error: ErrorObject,
    pub build: Build,
    pub stats: Stats<'a>,
}

/// Puts the envelope around whatever the routes and fallbacks of this surface answered.
#[derive(Clone)]
pub struct Enclosed {
    pub clock: ServerClock,
}

impl Envelope for Enclosed {
    async fn enclose<A: Future<Output = Response> + Send>(
        &self,
        mut request: Request,
        answer: impl FnOnce(Request) -> A + Send,
    ) -> Response {
        let started = started();
        let echo = EchoSlot::default();
        request.extensions_mut().insert(echo.clone());
        let (method, route) = (request.method().clone(), request.extensions().get::<MatchedPath>().cloned());
        let arrival = Arrival::of(request.extensions()).cloned();
        let cost = Cost::default();
        let response = cost.clone().follow(answer(request)).await;
        let taken = Taken { all: elapsed(started), store: cost.of_store() };
        let asked = Asked {
            call: CallName::of(&method, route.as_ref()),
            arrival: arrival.as_ref(),
            taken,
            at: InMillis::of(self.clock.now().as_millis()),
        };
        asked.answer(response, &echo.take())
    }
}

/// A call that was answered, and what is told of it.
struct Asked<'a> {
    call: CallName<'a>,
    arrival: Option<&'a Arrival>,
    taken: Taken,
    at: InMillis,
}

impl Asked<'_> {
    fn answer(self, mut response: Response, echo: &Echo) -> Response {
        let outcome = match (response.extensions_mut().remove::<Outcome>(), response.status()) {
            (Some(outcome), _) => outcome,
            // What describes this surface is no call of it.
            (None, status) if status.is_success() => return response,
            (None, _) => Outcome::Error(Box::new(UsmError::INTERNAL)),
        };
        match outcome {
            Outcome::Data(reply) => reply.enclosed(&self.stats(echo, MICROSECOND)),
            Outcome::Error(error) => failure(&error, self.stats(echo, 1.0)),
        }
    }

    fn stats<'a>(self, echo: &'a Echo, unit: f64) -> Stats<'a>
    where
        Self: 'a,
    {
        Stats {
            service: "usm",
            request_id: self.arrival.map_or("", |arrival| arrival.id().as_str()),
            timestamp_utc: self.at,
            latency_ms: (self.taken.all.as_secs_f64() * 1e6).round() / 1000.0,
            metrics: self.taken.metrics(unit),
            actor: echo.actor.as_deref(),
            orgcode: echo.orgcode.as_deref(),
            cccode: echo.cccode.as_deref(),
            session_fingerprint: echo.session_fingerprint.as_deref(),
            api_key_fingerprint: echo.api_key_fingerprint.as_deref(),
            build: BUILD,
            call: self.call,
        }
    }
}

/// Rendered with exactly three fractional digits and `Z`.
pub fn time(at: Timestamp) -> String {
    millis(at.as_millis())
}

#[expect(clippy::disallowed_methods, reason = "a latency, not a time of day: nothing is decided by it")]
fn started() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "a latency, not a time of day: nothing is decided by it")]
fn elapsed(started: Instant) -> Duration {
    started.elapsed()
}

fn failure(error: &UsmError, stats: Stats<'_>) -> Response {
    let tagged = |tag, message| Tagged { tag, message: Message { en_us: message } };
    let object = ErrorObject {
        major: tagged(error.tag, error.message),
        minor: error.minor.map(|(tag, message)| tagged(tag, message)),
        details: error.details.clone(),
    };
    let mut response = (error.status, Json(Failed { success: false, error: object, build: BUILD, stats })).into_response();
    if let Some(seconds) = error.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
