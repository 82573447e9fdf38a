//! What the standard endpoints answer when they refuse (RFC 6749 section 5.2).

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cloakroom_engine::EngineError;
use serde_json::json;

use crate::http::body::BodyError;
use crate::http::detached::Lost;
use crate::http::limits::{Facts, Refusal};

/// A refused request.
#[derive(Debug)]
pub struct OauthError {
    status: StatusCode,
    error: &'static str,
    description: &'static str,
    /// Whether the client tried `Basic`, so that it is told of it.
    challenge: bool,
}

impl OauthError {
    const fn new(status: StatusCode, error: &'static str, description: &'static str) -> Self {
        Self { status, error, description, challenge: false }
    }

    pub const fn invalid_request(description: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }

    /// Unknown, wrong, disabled: one answer (P5).
    pub fn invalid_client(headers: &HeaderMap) -> Self {
        let challenge = headers.contains_key(header::AUTHORIZATION);
        Self { challenge, ..Self::new(StatusCode::UNAUTHORIZED, "invalid_client", "the client is not authenticated") }
    }

    const fn unavailable() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", "try again shortly")
    }

    const fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "something went wrong on our side")
    }
}

impl From<EngineError> for OauthError {
    fn from(error: EngineError) -> Self {
        // The text of an engine error names no value and no secret; it is for the operator, not for the caller.
        tracing::error!(error = %error, "a request could not be answered");
        if error.is_passing() { Self::unavailable() } else { Self::internal() }
    }
}

impl From<Lost> for OauthError {
    fn from(_: Lost) -> Self {
        Self::internal()
    }
}

impl From<BodyError> for OauthError {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge => Self::new(StatusCode::PAYLOAD_TOO_LARGE, "invalid_request", "the body is too large"),
            BodyError::Timeout => Self::new(StatusCode::REQUEST_TIMEOUT, "invalid_request", "the body did not arrive in time"),
            BodyError::Broken => Self::invalid_request("the body could not be read"),
        }
    }
}

impl IntoResponse for OauthError {
    fn into_response(self) -> Response {
        let body = Json(json!({ "error": self.error, "error_description": self.description }));
        let mut response = (self.status, [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], body).into_response();
        let headers = response.headers_mut();
        if self.challenge {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"cloakroom\""));
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// The answer of these endpoints where the kit refuses in their place.
pub fn refusal(refusal: Refusal, _: &Facts) -> Response {
    match refusal {
        Refusal::Overloaded | Refusal::TimedOut => OauthError::unavailable(),
        Refusal::Panicked => OauthError::internal(),
        Refusal::HeadersTooLarge => {
            OauthError::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "invalid_request", "the head of the request is too large")
        }
    }
    .into_response()
}
