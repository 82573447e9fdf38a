//! What this surface answers when it does not answer with data: `{"detail"}`. The one place for it.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cloakroom_engine::EngineError;
use cloakroom_engine::callers::{AdminRefusal, OutOfReach};
use serde_json::{Value, json};

use crate::http::body::BodyError;
use crate::http::detached::Lost;
use crate::http::fields::{FieldError, Malformed};
use crate::http::limits::{Facts, Refusal};

/// A refused call.
#[derive(Debug)]
pub struct V1Error {
    status: StatusCode,
    detail: Value,
    /// Seconds after which trying again makes sense.
    retry_after: Option<u64>,
}

/// An error that is always the same.
#[derive(Clone, Copy, Debug)]
pub struct Refused(StatusCode, &'static str);

/// One bad value of a request.
#[derive(Debug)]
pub struct Problem {
    place: &'static str,
    name: Option<&'static str>,
    message: String,
    kind: &'static str,
}

impl Problem {
    /// `place` is one of path, query, body and header; without a `name` all of it is meant.
    pub const fn new(place: &'static str, name: Option<&'static str>, message: String, kind: &'static str) -> Self {
        Self { place, name, message, kind }
    }

    fn to_json(&self) -> Value {
        let loc: Vec<_> = std::iter::once(self.place).chain(self.name).collect();
        json!({ "loc": loc, "msg": self.message, "type": self.kind })
    }
}

impl Refused {
    /// For what only some routes refuse.
    pub const fn new(status: StatusCode, message: &'static str) -> Self {
        Self(status, message)
    }
}

impl V1Error {
    pub const UNAUTHORIZED: Refused = Refused(StatusCode::UNAUTHORIZED, "The access token is missing or not valid.");
    pub const FORBIDDEN: Refused = Refused(StatusCode::FORBIDDEN, "Your role does not reach that far.");
    /// Word for word the contract's.
    const SCOPE: Refused = Refused(StatusCode::FORBIDDEN, "Platform token requires admin:read or admin:write scope");
    pub const NOT_A_USER: Refused = Refused(StatusCode::FORBIDDEN, "An application's token opens nothing that is a user's.");
    pub const NOT_FOUND: Refused = Refused(StatusCode::NOT_FOUND, "Not found.");
    pub const METHOD_NOT_ALLOWED: Refused = Refused(StatusCode::METHOD_NOT_ALLOWED, "This endpoint does not take this method.");
    const UNAVAILABLE: Refused = Refused(StatusCode::SERVICE_UNAVAILABLE, "The service cannot answer now; try again shortly.");
    const INTERNAL: Refused = Refused(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side.");

    /// The same, to be tried again after so many seconds.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// Nothing in the body says what is to be done.
    pub fn nothing_meant(message: &str) -> Self {
        vec![Problem::new("body", None, message.to_owned(), "value_error")].into()
    }
}

impl From<Refused> for V1Error {
    fn from(Refused(status, message): Refused) -> Self {
        Self { status, detail: json!(message), retry_after: (status == StatusCode::SERVICE_UNAVAILABLE).then_some(1) }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        V1Error::from(self).into_response()
    }
}

impl From<Vec<Problem>> for V1Error {
    fn from(problems: Vec<Problem>) -> Self {
        let detail = problems.iter().map(Problem::to_json).collect();
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, detail, retry_after: None }
    }
}

impl From<Vec<FieldError>> for V1Error {
    fn from(fields: Vec<FieldError>) -> Self {
        let problem = |error: FieldError| Problem::new("body", Some(error.field), error.problem.into_owned(), "value_error");
        fields.into_iter().map(problem).collect::<Vec<_>>().into()
    }
}

impl From<Malformed> for V1Error {
    fn from(malformed: Malformed) -> Self {
        vec![Problem::new("body", None, malformed.to_string(), "json_invalid")].into()
    }
}

impl From<BodyError> for V1Error {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge => Refused(StatusCode::PAYLOAD_TOO_LARGE, "The body is too large.").into(),
            BodyError::Timeout => Refused(StatusCode::REQUEST_TIMEOUT, "The body did not arrive in time.").into(),
            BodyError::Broken => Refused(StatusCode::BAD_REQUEST, "The body could not be read.").into(),
        }
    }
}

impl From<AdminRefusal> for V1Error {
    fn from(refusal: AdminRefusal) -> Self {
        match refusal {
            AdminRefusal::Role => Self::FORBIDDEN.into(),
            AdminRefusal::Scope => Self::SCOPE.into(),
            AdminRefusal::Delegate => Self::NOT_A_USER.into(),
        }
    }
}

impl From<OutOfReach> for V1Error {
    fn from(_: OutOfReach) -> Self {
        Self::NOT_FOUND.into()
    }
}

impl From<EngineError> for V1Error {
    fn from(error: EngineError) -> Self {
        // The text of an engine error names no value and no secret; it is for the operator, not for the caller.
        tracing::error!(error = %error, "a call could not be answered");
        if error.is_passing() { Self::UNAVAILABLE.into() } else { Self::INTERNAL.into() }
    }
}

impl From<Lost> for V1Error {
    fn from(_: Lost) -> Self {
        Self::UNAVAILABLE.into()
    }
}

impl IntoResponse for V1Error {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(json!({ "detail": self.detail }))).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// The answer of this surface where the kit refuses in its place.
pub fn refusal(refusal: Refusal, _: &Facts) -> Response {
    match refusal {
        Refusal::Overloaded | Refusal::TimedOut | Refusal::Lost => V1Error::UNAVAILABLE,
        Refusal::Panicked => V1Error::INTERNAL,
        Refusal::HeadersTooLarge => Refused(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "The head of the request is too large."),
    }
    .into_response()
}
