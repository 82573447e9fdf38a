//! What this surface answers when it does not answer with data: `{"Success": false, "Error", "Message"}`. The one place for it.

use std::borrow::Cow;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cloakroom_engine::callers::OutOfReach;
use cloakroom_engine::cursor::NotOfThisList;
use cloakroom_engine::tokens::authenticate::TokenRefusal;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::body::BodyError;
use crate::http::cursor::NO_CURSOR;
use crate::http::fault::{Fault, IntoFault, PASSWORD_DUE, RETRY_AFTER_SECONDS};

/// A refused call.
#[derive(Clone, Debug)]
pub struct AdminError {
    status: StatusCode,
    code: &'static str,
    message: Cow<'static, str>,
    /// Seconds after which trying again makes sense.
    retry_after: Option<u64>,
}

/// Why a call was refused.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct AdminFailure {
    #[schema(default = false)]
    success: bool,
    /// `err_…`
    #[schema(example = "err_InvalidRequest")]
    error: &'static str,
    #[schema(example = "page must be a whole number from 1 to 100")]
    message: Cow<'static, str>,
}

const INVALID: &str = "err_InvalidRequest";

impl AdminError {
    pub const UNAUTHORIZED: Self = Self::new(StatusCode::UNAUTHORIZED, "err_Unauthorized", "The access token is missing or not valid.");
    pub const FORBIDDEN: Self = Self::new(StatusCode::FORBIDDEN, "err_Forbidden", "Only operators and administrators may do this.");
    const PASSWORD_DUE: Self = Self::new(StatusCode::FORBIDDEN, "err_Forbidden", PASSWORD_DUE);
    pub const NO_GUID: Self =
        Self::new(StatusCode::BAD_REQUEST, INVALID, "guid must be a GUID, such as 01234567-89ab-cdef-0123-456789abcdef");
    const NO_ACTIVE_SESSION: Self = Self::new(StatusCode::BAD_REQUEST, "err_NoActiveSession", "No active session has this id.");
    const NOT_FOUND: Self = Self::new(StatusCode::NOT_FOUND, "err_NotFound", "There is no such endpoint.");
    const METHOD_NOT_ALLOWED: Self = Self::new(StatusCode::METHOD_NOT_ALLOWED, INVALID, "This endpoint does not take this method.");
    const HEAD_TOO_LARGE: Self = Self::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, INVALID, "The head of the request is too large.");
    const TOO_MANY: Self = Self::new(StatusCode::TOO_MANY_REQUESTS, "err_TooManyRequests", "Too many requests from here; try again later.");
    const UNAVAILABLE: Self =
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "err_Unavailable", "The service cannot answer now; try again shortly.");
    const INTERNAL: Self = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "err_Internal", "Something went wrong on our side.");

    const fn new(status: StatusCode, code: &'static str, message: &'static str) -> Self {
        Self { status, code, message: Cow::Borrowed(message), retry_after: None }
    }

    fn invalid(status: StatusCode, message: String) -> Self {
        Self { status, code: INVALID, message: message.into(), retry_after: None }
    }
}

impl From<TokenRefusal> for AdminError {
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

impl<F: IntoFault> From<F> for AdminError {
    fn from(fault: F) -> Self {
        let bad = |name: &str, problem: &str| format!("{name} {problem}");
        match fault.into_fault() {
            Fault::Body(error @ BodyError::TooLarge) => Self::invalid(StatusCode::PAYLOAD_TOO_LARGE, error.to_string()),
            Fault::Body(error @ BodyError::Timeout) => Self::invalid(StatusCode::REQUEST_TIMEOUT, error.to_string()),
            Fault::Body(error @ BodyError::Broken) => Self::invalid(StatusCode::BAD_REQUEST, error.to_string()),
            Fault::Malformed(malformed) => Self::invalid(StatusCode::BAD_REQUEST, malformed.to_string()),
            Fault::Fields(errors) => {
                let problems: Vec<_> = errors.iter().map(|error| bad(error.field, &error.problem)).collect();
                Self::invalid(StatusCode::BAD_REQUEST, problems.join("; "))
            }
            Fault::Parameters(errors) => {
                let first = errors.first().map(|error| bad(error.name, &error.problem));
                Self::invalid(StatusCode::BAD_REQUEST, first.unwrap_or_default())
            }
            Fault::NoSuchPath => Self::NOT_FOUND,
            Fault::MethodNotAllowed => Self::METHOD_NOT_ALLOWED,
            Fault::HeadTooLarge => Self::HEAD_TOO_LARGE,
            Fault::Unauthenticated => Self::UNAUTHORIZED,
            Fault::Forbidden => Self::FORBIDDEN,
            Fault::TooMany { retry_after } => Self { retry_after: Some(retry_after), ..Self::TOO_MANY },
            Fault::Unavailable => Self { retry_after: Some(RETRY_AFTER_SECONDS), ..Self::UNAVAILABLE },
            Fault::Internal => Self::INTERNAL,
        }
    }
}

impl From<NotOfThisList> for AdminError {
    fn from(_: NotOfThisList) -> Self {
        Self::invalid(StatusCode::BAD_REQUEST, format!("cursor {NO_CURSOR}"))
    }
}

impl From<OutOfReach> for AdminError {
    fn from(_: OutOfReach) -> Self {
        Self::NO_ACTIVE_SESSION
    }
}

impl IntoResponse for AdminError {
    fn into_response(self) -> Response {
        let Self { status, code, message, retry_after } = self;
        let mut response = (status, Json(AdminFailure { success: false, error: code, message })).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
