//! What this surface answers when it does not answer with data. The one place for it.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cloakroom_engine::EngineError;
use cloakroom_engine::sessions::sign_in::SignInRefusal;
use cloakroom_engine::tokens::refresh::RefreshRefusal;

use super::wire::ApiResponse;
use crate::http::body::BodyError;
use crate::http::detached::Lost;
use crate::http::fields::{FieldError, Malformed};
use crate::http::limits::{Facts, Refusal};

/// A refused call.
#[derive(Debug)]
pub struct TokensError {
    status: StatusCode,
    message: String,
    /// Seconds after which trying again makes sense.
    retry_after: Option<u64>,
}

/// Wrong, unknown, disabled: one answer (P5).
const NOT_LOGGED_IN: &str = "The username or the password is wrong.";

impl TokensError {
    pub const UNAUTHORIZED: Refused = Refused(StatusCode::UNAUTHORIZED, "The access token is missing or not valid.");
    pub const VERSION: Refused = Refused(StatusCode::BAD_REQUEST, "The Version header names a version that is not served; 2.0 is.");
    pub const NOT_FOUND: Refused = Refused(StatusCode::NOT_FOUND, "There is no such endpoint.");
    pub const METHOD_NOT_ALLOWED: Refused = Refused(StatusCode::METHOD_NOT_ALLOWED, "This endpoint does not take this method.");
    pub const UNKNOWN_CATEGORY: Refused = Refused(StatusCode::BAD_REQUEST, "There is no such category; the category info lists them.");

    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), retry_after: None }
    }

    fn unavailable() -> Self {
        let error = Self::new(StatusCode::SERVICE_UNAVAILABLE, "The service cannot answer now; try again shortly.");
        Self { retry_after: Some(1), ..error }
    }

    fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side.")
    }
}

/// An error that is always the same.
#[derive(Clone, Copy, Debug)]
pub struct Refused(StatusCode, &'static str);

impl From<Refused> for TokensError {
    fn from(Refused(status, message): Refused) -> Self {
        Self::new(status, message)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        TokensError::from(self).into_response()
    }
}

impl From<Vec<FieldError>> for TokensError {
    fn from(fields: Vec<FieldError>) -> Self {
        let problems: Vec<_> = fields.iter().map(|error| format!("{} {}", error.field, error.problem)).collect();
        Self::new(StatusCode::BAD_REQUEST, problems.join("; "))
    }
}

impl From<Malformed> for TokensError {
    fn from(malformed: Malformed) -> Self {
        Self::new(StatusCode::BAD_REQUEST, malformed.to_string())
    }
}

impl From<BodyError> for TokensError {
    fn from(error: BodyError) -> Self {
        let status = match error {
            BodyError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            BodyError::Timeout => StatusCode::REQUEST_TIMEOUT,
            BodyError::Broken => StatusCode::BAD_REQUEST,
        };
        Self::new(status, error.to_string())
    }
}

impl From<EngineError> for TokensError {
    fn from(error: EngineError) -> Self {
        // The text of an engine error names no value and no secret; it is for the operator, not for the caller.
        tracing::error!(error = %error, "a call could not be answered");
        if error.is_passing() { Self::unavailable() } else { Self::internal() }
    }
}

impl From<Lost> for TokensError {
    fn from(_: Lost) -> Self {
        Self::internal()
    }
}

impl From<SignInRefusal> for TokensError {
    fn from(refusal: SignInRefusal) -> Self {
        match refusal {
            SignInRefusal::InvalidPasscode | SignInRefusal::UserNotVerified | SignInRefusal::EmailNotVerified => {
                Self::new(StatusCode::UNAUTHORIZED, NOT_LOGGED_IN)
            }
            SignInRefusal::AtCap => Self::new(StatusCode::CONFLICT, "The user has as many active sessions as allowed."),
            SignInRefusal::CapInvalid => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "The user's own session cap is outside 32 to 8192."),
            SignInRefusal::Locked { wait } => {
                let error = Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many failed logins; try again later.");
                Self { retry_after: Some(wait.as_seconds_ceil().max(1)), ..error }
            }
        }
    }
}

impl From<RefreshRefusal> for TokensError {
    fn from(refusal: RefreshRefusal) -> Self {
        match refusal {
            // No scope is asked for here.
            RefreshRefusal::Invalid | RefreshRefusal::SessionOver | RefreshRefusal::Stolen | RefreshRefusal::Scope(_) => {
                Self::new(StatusCode::UNAUTHORIZED, "The tokens are not valid.")
            }
        }
    }
}

impl IntoResponse for TokensError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(ApiResponse::failure(self.message))).into_response();
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
        Refusal::Overloaded | Refusal::TimedOut | Refusal::Lost => TokensError::unavailable(),
        Refusal::Panicked => TokensError::internal(),
        Refusal::HeadersTooLarge => TokensError::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "The head of the request is too large."),
    }
    .into_response()
}
