//! What this surface answers when it does not answer with data: `{"Success": false, "Error", "Message"}`. The one place for it.

use std::borrow::Cow;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cloakroom_engine::EngineError;
use cloakroom_engine::callers::OutOfReach;

use super::wire::Failure;
use crate::http::body::BodyError;
use crate::http::detached::Lost;
use crate::http::fields::{FieldError, Malformed};
use crate::http::limits::{Facts, Refusal};

/// A refused call.
#[derive(Debug)]
pub struct AdminError {
    status: StatusCode,
    code: &'static str,
    message: Cow<'static, str>,
}

/// An error that is always the same.
#[derive(Clone, Copy, Debug)]
pub struct Refused(StatusCode, &'static str, &'static str);

const INVALID: &str = "err_InvalidRequest";

impl AdminError {
    pub const UNAUTHORIZED: Refused = Refused(StatusCode::UNAUTHORIZED, "err_Unauthorized", "The access token is missing or not valid.");
    pub const FORBIDDEN: Refused = Refused(StatusCode::FORBIDDEN, "err_Forbidden", "Only operators and administrators may do this.");
    pub const METHOD_NOT_ALLOWED: Refused = Refused(StatusCode::METHOD_NOT_ALLOWED, INVALID, "This endpoint does not take this method.");
    const NO_ACTIVE_SESSION: Refused = Refused(StatusCode::BAD_REQUEST, "err_NoActiveSession", "No active session has this id.");
    const UNAVAILABLE: Refused =
        Refused(StatusCode::SERVICE_UNAVAILABLE, "err_Unavailable", "The service cannot answer now; try again shortly.");
    const INTERNAL: Refused = Refused(StatusCode::INTERNAL_SERVER_ERROR, "err_Internal", "Something went wrong on our side.");

    /// A value of the request is missing or wrong.
    pub fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code: INVALID, message: message.into() }
    }
}

impl From<Refused> for AdminError {
    fn from(Refused(status, code, message): Refused) -> Self {
        Self { status, code, message: message.into() }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        AdminError::from(self).into_response()
    }
}

impl From<Vec<FieldError>> for AdminError {
    fn from(fields: Vec<FieldError>) -> Self {
        let problems: Vec<_> = fields.iter().map(|error| format!("{} {}", error.field, error.problem)).collect();
        Self::invalid(problems.join("; "))
    }
}

impl From<Malformed> for AdminError {
    fn from(malformed: Malformed) -> Self {
        Self::invalid(malformed.to_string())
    }
}

impl From<BodyError> for AdminError {
    fn from(error: BodyError) -> Self {
        let status = match error {
            BodyError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            BodyError::Timeout => StatusCode::REQUEST_TIMEOUT,
            BodyError::Broken => StatusCode::BAD_REQUEST,
        };
        Self { status, code: INVALID, message: error.to_string().into() }
    }
}

impl From<OutOfReach> for AdminError {
    fn from(_: OutOfReach) -> Self {
        Self::NO_ACTIVE_SESSION.into()
    }
}

impl From<EngineError> for AdminError {
    fn from(error: EngineError) -> Self {
        // The text of an engine error names no value and no secret; it is for the operator, not for the caller.
        tracing::error!(error = %error, "a call could not be answered");
        if error.is_passing() { Self::UNAVAILABLE.into() } else { Self::INTERNAL.into() }
    }
}

impl From<Lost> for AdminError {
    fn from(_: Lost) -> Self {
        Self::UNAVAILABLE.into()
    }
}

impl IntoResponse for AdminError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(Failure::new(self.code, self.message.into_owned()))).into_response();
        match self.status {
            StatusCode::UNAUTHORIZED => response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")),
            StatusCode::SERVICE_UNAVAILABLE => response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(1)),
            _ => None,
        };
        response
    }
}

/// The answer of this surface where the kit refuses in its place.
pub fn refusal(refusal: Refusal, _: &Facts) -> Response {
    match refusal {
        Refusal::Overloaded | Refusal::TimedOut | Refusal::Lost => AdminError::UNAVAILABLE,
        Refusal::Panicked => AdminError::INTERNAL,
        Refusal::HeadersTooLarge => Refused(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, INVALID, "The head of the request is too large."),
    }
    .into_response()
}
