//! The envelope around every reply: `{success, data | error, build, stats}` (docs/contracts/usm.md, Envelope).
//!
//! Handlers return a [`Reply`] or a [`UsmError`]; both travel in the response's extensions to [`enclose`], which knows the call.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cloakroom_engine::clock::Timestamp;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::openapi::{Object, ObjectBuilder, Ref, RefOr, Response as Described, Schema, Type};
use utoipa::{IntoResponses, PartialSchema, ToSchema};

use super::echo::{Echo, EchoSlot};
use super::error::UsmError;
use crate::http::cost::Cost;
use crate::http::document::refusals;
use crate::http::request_id::RequestId;
use crate::http::server_clock::ServerClock;
use crate::http::time::millis;
use crate::version::BUILD_ID;

/// Data on its way into the envelope.
#[derive(Debug)]
pub struct Reply(Box<RawValue>);

impl Reply {
    /// # Errors
    /// 500 when the data cannot be written as JSON.
    pub fn new(data: &impl Serialize) -> Result<Self, UsmError> {
        serde_json::value::to_raw_value(data).map(Self).map_err(|_| UsmError::INTERNAL)
    }
}

/// What a handler made of a call, until the envelope is around it.
#[derive(Clone)]
enum Outcome {
    Data(Arc<RawValue>),
    Error(Arc<UsmError>),
}

fn carried(outcome: Outcome) -> Response {
    let mut response = Response::default();
    response.extensions_mut().insert(outcome);
    response
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        carried(Outcome::Data(Arc::from(self.0)))
    }
}

impl IntoResponse for UsmError {
    fn into_response(self) -> Response {
        carried(Outcome::Error(Arc::new(self)))
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
pub struct Stats {
    /// `POST /session/create` and the like.
    pub call: String,
    pub service: &'static str,
    pub request_id: String,
    pub timestamp_utc: String,
    pub latency_ms: f64,
    pub metrics: CallMetrics,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orgcode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cccode: Option<String>,
    /// Tells two credentials apart and leads to neither.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_fingerprint: Option<String>,
    /// As `session_fingerprint`, of an API key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key_fingerprint: Option<String>,
    #[serde(flatten)]
    pub build: Build,
}

/// Data in its envelope.
#[derive(Serialize)]
pub struct Enveloped<T> {
    success: bool,
    data: T,
    build: Build,
    stats: Stats,
}

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
pub struct Failed {
    /// Always false.
    pub success: bool,
    pub error: ErrorObject,
    pub build: Build,
    pub stats: Stats,
}

const SESSION: &str = "session-doomed, ttl-expired, user-suspended, user-doomed, email-unverified, email-doomed";

/// What calls with a session are refused with.
pub struct SessionRefusals;

impl IntoResponses for SessionRefusals {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        refusals::<Failed>(&[("401", SESSION), ("403", "password-change-required"), ("404", "session-not-found")])
    }
}

/// What calls of owners of an org are refused with.
pub struct OwnerRefusals;

impl IntoResponses for OwnerRefusals {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        refusals::<Failed>(&[("401", SESSION), ("403", "not-owner, password-change-required"), ("404", "session-not-found, not-found")])
    }
}

/// What changes by owners of an org are refused with.
pub struct WriterRefusals;

impl IntoResponses for WriterRefusals {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        refusals::<Failed>(&[
            ("401", SESSION),
            ("403", "not-owner, org-write-blocked, password-change-required"),
            ("404", "session-not-found, not-found"),
        ])
    }
}

const SESSION_OR_KEY: &str = "session-doomed, ttl-expired, user-suspended, user-doomed, email-unverified, email-doomed, invalid-api-key, \
     api-key-doomed, api-key-expired, service-account-doomed";

/// What calls of those who manage keys are refused with.
pub struct KeyAdminRefusals;

impl IntoResponses for KeyAdminRefusals {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        refusals::<Failed>(&[
            ("401", SESSION_OR_KEY),
            ("403", "not-owner, password-change-required"),
            ("404", "session-not-found, not-found"),
        ])
    }
}

/// What changes by those who manage keys are refused with.
pub struct KeyWriterRefusals;

impl IntoResponses for KeyWriterRefusals {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        refusals::<Failed>(&[
            ("401", SESSION_OR_KEY),
            ("403", "not-owner, org-write-blocked, password-change-required"),
            ("404", "session-not-found, not-found"),
        ])
    }
}

/// Middleware: puts the envelope around whatever the routes and fallbacks of this surface answered.
pub async fn enclose(State(clock): State<ServerClock>, mut request: Request, next: Next) -> Response {
    let started = started();
    let echo = EchoSlot::default();
    request.extensions_mut().insert(echo.clone());
    let call = call_name(request.method().as_str(), request.extensions().get::<MatchedPath>().map(MatchedPath::as_str));
    let request_id = request.extensions().get::<RequestId>().map(|id| id.as_str().to_owned()).unwrap_or_default();
    let cost = Cost::default();
    let mut response = cost.clone().follow(next.run(request)).await;
    let taken = Taken { all: elapsed(started), store: cost.of_store() };
    let outcome = match (response.extensions_mut().remove::<Outcome>(), response.status()) {
        (Some(outcome), _) => outcome,
        // What describes this surface is no call of it.
        (None, status) if status.is_success() => return response,
        (None, _) => Outcome::Error(Arc::new(UsmError::INTERNAL)),
    };
    let unit = if matches!(outcome, Outcome::Data(_)) { MICROSECOND } else { 1.0 };
    let stats = stats(call, request_id, echo.read(), (taken, unit), &clock);
    match outcome {
        Outcome::Data(data) => Json(Enveloped { success: true, data: &*data, build: BUILD, stats }).into_response(),
        Outcome::Error(error) => failure(&error, stats),
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

fn call_name(method: &str, route: Option<&str>) -> String {
    // A path that is no route is not repeated: it may hold what somebody took for one.
    let route = route.and_then(|route| route.strip_prefix("/usm")).filter(|route| !route.contains('{'));
    format!("{method} {}", route.unwrap_or("/"))
}

fn stats(call: String, request_id: String, echo: Echo, (taken, unit): (Taken, f64), clock: &ServerClock) -> Stats {
    Stats {
        call,
        service: "usm",
        request_id,
        timestamp_utc: time(clock.now()),
        latency_ms: (taken.all.as_secs_f64() * 1e6).round() / 1000.0,
        metrics: taken.metrics(unit),
        actor: echo.actor,
        orgcode: echo.orgcode,
        cccode: echo.cccode,
        session_fingerprint: echo.session_fingerprint,
        api_key_fingerprint: echo.api_key_fingerprint,
        build: BUILD,
    }
}

fn failure(error: &UsmError, stats: Stats) -> Response {
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
