//! What this surface answers when it does not answer with data. The one place for it.

use std::borrow::Cow;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cloakroom_engine::sessions::sign_in::SignInRefusal;
use cloakroom_engine::tokens::authenticate::TokenRefusal;
use cloakroom_engine::tokens::refresh::RefreshRefusal;

use super::envelope::APIResponse;
use crate::http::body::BodyError;
use crate::http::fault::{Fault, IntoFault, PASSWORD_DUE, RETRY_AFTER_SECONDS, seconds_of};

/// A refused call.
#[derive(Debug)]
pub struct TokensError {
    status: StatusCode,
    message: Cow<'static, str>,
    /// Seconds after which trying again makes sense.
    retry_after: Option<u64>,
}

impl TokensError {
    pub const UNAUTHORIZED: Self = Self::new(StatusCode::UNAUTHORIZED, "The access token is missing or not valid.");
    pub const VERSION: Self = Self::new(StatusCode::BAD_REQUEST, "The Version header names a version that is not served; 2.0 is.");
    /// Wrong, unknown, disabled: one answer (P5).
    const NOT_LOGGED_IN: Self = Self::new(StatusCode::UNAUTHORIZED, "The username or the password is wrong.");
    const NOT_REFRESHED: Self = Self::new(StatusCode::UNAUTHORIZED, "The tokens are not valid.");
    const AT_CAP: Self = Self::new(StatusCode::CONFLICT, "The user has as many active sessions as allowed.");
    const CAP_INVALID: Self = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "The user's own session cap is outside 32 to 8192.");
    const LOCKED: Self = Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many failed logins; try again later.");
    const PASSWORD_DUE: Self = Self::new(StatusCode::FORBIDDEN, PASSWORD_DUE);
    const TOO_MANY: Self = Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests from here; try again later.");
    const NOT_FOUND: Self = Self::new(StatusCode::NOT_FOUND, "There is no such endpoint.");
    const METHOD_NOT_ALLOWED: Self = Self::new(StatusCode::METHOD_NOT_ALLOWED, "This endpoint does not take this method.");
    const HEAD_TOO_LARGE: Self = Self::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "The head of the request is too large.");
    const UNAVAILABLE: Self =
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "The service cannot answer now; try again shortly.").retry_after(RETRY_AFTER_SECONDS);
    const INTERNAL: Self = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side.");

    const fn new(status: StatusCode, message: &'static str) -> Self {
        Self { status, message: Cow::Borrowed(message), retry_after: None }
    }

    fn told(status: StatusCode, message: String) -> Self {
        Self { status, message: message.into(), retry_after: None }
    }

    const fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

impl<F: IntoFault> From<F> for TokensError {
    fn from(fault: F) -> Self {
        match fault.into_fault() {
            Fault::Body(error @ BodyError::TooLarge) => Self::told(StatusCode::PAYLOAD_TOO_LARGE, error.to_string()),
            Fault::Body(error @ BodyError::Timeout) => Self::told(StatusCode::REQUEST_TIMEOUT, error.to_string()),
            Fault::Body(error @ BodyError::Broken) => Self::told(StatusCode::BAD_REQUEST, error.to_string()),
            Fault::Malformed(malformed) => Self::told(StatusCode::BAD_REQUEST, malformed.to_string()),
            Fault::Fields(errors) => {
                let problems: Vec<_> = errors.iter().map(|error| format!("{} {}", error.field, error.problem)).collect();
                Self::told(StatusCode::BAD_REQUEST, problems.join("; "))
            }
            Fault::Parameters(errors) => {
                let problems: Vec<_> = errors.into_iter().map(|error| error.problem).collect();
                Self::told(StatusCode::BAD_REQUEST, problems.join(" "))
            }
            Fault::NoSuchPath => Self::NOT_FOUND,
            Fault::MethodNotAllowed => Self::METHOD_NOT_ALLOWED,
            Fault::HeadTooLarge => Self::HEAD_TOO_LARGE,
            Fault::Unauthenticated | Fault::Forbidden => Self::UNAUTHORIZED,
            Fault::TooMany { retry_after } => Self::TOO_MANY.retry_after(retry_after),
            Fault::Unavailable => Self::UNAVAILABLE,
            Fault::Internal => Self::INTERNAL,
        }
    }
}

impl From<SignInRefusal> for TokensError {
    fn from(refusal: SignInRefusal) -> Self {
        match refusal {
            SignInRefusal::InvalidPasscode | SignInRefusal::UserNotVerified | SignInRefusal::EmailNotVerified => Self::NOT_LOGGED_IN,
            SignInRefusal::AtCap => Self::AT_CAP,
            SignInRefusal::CapInvalid => Self::CAP_INVALID,
            SignInRefusal::Locked { wait } => Self::LOCKED.retry_after(seconds_of(wait)),
        }
    }
}

impl From<TokenRefusal> for TokensError {
    fn from(refusal: TokenRefusal) -> Self {
        match refusal {
            TokenRefusal::PasswordDue => Self::PASSWORD_DUE,
            TokenRefusal::Invalid
            | TokenRefusal::OutOfTime
            | TokenRefusal::Superseded
            | TokenRefusal::SessionOver
            | TokenRefusal::ApplicationOver
            | TokenRefusal::Revoked
            | TokenRefusal::OfApplication => Self::UNAUTHORIZED,
        }
    }
}

impl From<RefreshRefusal> for TokensError {
    fn from(refusal: RefreshRefusal) -> Self {
        match refusal {
            RefreshRefusal::PasswordDue => Self::PASSWORD_DUE,
            // Neither scope nor resource is asked for here.
            RefreshRefusal::Invalid
            | RefreshRefusal::SessionOver
            | RefreshRefusal::Stolen
            | RefreshRefusal::Scope(_)
            | RefreshRefusal::Target(_) => Self::NOT_REFRESHED,
        }
    }
}

impl IntoResponse for TokensError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(APIResponse::failure(self.message.into_owned()))).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
