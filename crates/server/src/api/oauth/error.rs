//! What the standard endpoints answer when they refuse (RFC 6749 section 5.2).

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cloakroom_engine::EngineError;
use cloakroom_engine::tokens::client_credentials::MachineRefusal;
use cloakroom_engine::tokens::exchange::ExchangeRefusal;
use cloakroom_engine::tokens::inspect::NotRevocable;
use cloakroom_engine::tokens::refresh::RefreshRefusal;
use cloakroom_engine::tokens::scope::ScopeRefused;
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

    /// The subject of a grant is worth nothing to this client, whyever (P4, P5).
    pub const fn invalid_grant() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_grant", "the refresh token is not valid for this client")
    }

    pub const fn invalid_scope() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_scope", "a scope is asked for that was not given")
    }

    pub const fn unauthorized_client() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "unauthorized_client", "the client may have no token now")
    }

    pub const fn unsupported_grant_type() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "unsupported_grant_type", "there is no such grant here")
    }

    /// RFC 8693 section 2.2.2.
    pub const fn invalid_target() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_target", "no tokens are given for that audience or resource")
    }

    /// RFC 7009 section 2.2.1.
    pub const fn unsupported_token_type() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "unsupported_token_type", "this token ends with its time or with its application")
    }

    const fn unavailable() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", "try again shortly")
    }

    const fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "something went wrong on our side")
    }
}

impl From<MachineRefusal> for OauthError {
    fn from(refusal: MachineRefusal) -> Self {
        match refusal {
            MachineRefusal::Scope(ScopeRefused) => Self::invalid_scope(),
            MachineRefusal::NotAllowed => Self::unauthorized_client(),
        }
    }
}

impl From<ExchangeRefusal> for OauthError {
    fn from(refusal: ExchangeRefusal) -> Self {
        match refusal {
            ExchangeRefusal::Subject => Self::invalid_request("the subject token is not valid"),
            ExchangeRefusal::Scope(ScopeRefused) => Self::invalid_scope(),
            ExchangeRefusal::NotAllowed => Self::unauthorized_client(),
        }
    }
}

impl From<RefreshRefusal> for OauthError {
    fn from(refusal: RefreshRefusal) -> Self {
        match refusal {
            RefreshRefusal::Invalid | RefreshRefusal::SessionOver | RefreshRefusal::Stolen => Self::invalid_grant(),
            RefreshRefusal::Scope(ScopeRefused) => Self::invalid_scope(),
        }
    }
}

impl From<NotRevocable> for OauthError {
    fn from(_: NotRevocable) -> Self {
        Self::unsupported_token_type()
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
        Refusal::Overloaded | Refusal::TimedOut | Refusal::Lost => OauthError::unavailable(),
        Refusal::Panicked => OauthError::internal(),
        Refusal::HeadersTooLarge => {
            OauthError::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "invalid_request", "the head of the request is too large")
        }
    }
    .into_response()
}
