//! What the standard endpoints answer when they refuse (RFC 6749 section 5.2).

use std::borrow::Cow;

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cloakroom_engine::callers::ClientRefusal;
use cloakroom_engine::openid::redeem::CodeRefusal;
use cloakroom_engine::openid::user_info::UserInfoRefusal;
use cloakroom_engine::tokens::audience::TargetRefused;
use cloakroom_engine::tokens::client_credentials::MachineRefusal;
use cloakroom_engine::tokens::exchange::ExchangeRefusal;
use cloakroom_engine::tokens::refresh::RefreshRefusal;
use cloakroom_engine::tokens::scope::ScopeRefused;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::body::BodyError;
use crate::http::fault::{Fault, IntoFault, RETRY_AFTER_SECONDS, seconds_of};
use crate::web::authorize::Refusal;

/// What is wrong, as the RFCs name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    InvalidRequest,
    InvalidClient,
    InvalidGrant,
    InvalidScope,
    InvalidTarget,
    InvalidToken,
    InsufficientScope,
    UnsupportedResponseType,
    RequestNotSupported,
    RequestUriNotSupported,
    UnauthorizedClient,
    UnsupportedGrantType,
    TemporarilyUnavailable,
    ServerError,
    MethodNotAllowed,
    NotFound,
}

/// A refusal (RFC 6749 section 5.2).
#[derive(Debug, Serialize, ToSchema)]
pub struct OauthFailure {
    error: ErrorCode,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "a required parameter is missing")]
    error_description: Option<Cow<'static, str>>,
}

impl OauthFailure {
    pub const fn undescribed(error: ErrorCode) -> Self {
        Self { error, error_description: None }
    }
}

const BASIC: &str = "Basic realm=\"cloakroom\"";
/// RFC 6750 section 3.1.
const BEARER: &str = "Bearer realm=\"cloakroom\"";
const BEARER_INVALID: &str = "Bearer realm=\"cloakroom\", error=\"invalid_token\"";
const BEARER_SCOPE: &str = "Bearer realm=\"cloakroom\", error=\"insufficient_scope\", scope=\"openid\"";

/// A refused request.
#[derive(Debug)]
pub struct OauthError {
    status: StatusCode,
    failure: OauthFailure,
    /// The scheme that the client tried, or has to.
    challenge: Option<&'static str>,
    /// Seconds after which trying again makes sense.
    retry_after: Option<u64>,
}

impl OauthError {
    const fn new(status: StatusCode, error: ErrorCode, description: &'static str) -> Self {
        let failure = OauthFailure { error, error_description: Some(Cow::Borrowed(description)) };
        Self { status, failure, challenge: None, retry_after: None }
    }

    pub const fn invalid_request(description: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::InvalidRequest, description)
    }

    /// Unknown, wrong, disabled: one answer (P5).
    pub const UNAUTHENTICATED: Self = Self::new(StatusCode::UNAUTHORIZED, ErrorCode::InvalidClient, "the client is not authenticated");

    pub fn invalid_client(headers: &HeaderMap) -> Self {
        let challenge = headers.contains_key(header::AUTHORIZATION).then_some(BASIC);
        Self { challenge, ..Self::UNAUTHENTICATED }
    }

    /// A client that was refused. Unknown, wrong, disabled: one answer (P5).
    pub fn of_client(refusal: ClientRefusal, headers: &HeaderMap) -> Self {
        match refusal {
            ClientRefusal::Invalid | ClientRefusal::Disabled => Self::invalid_client(headers),
            ClientRefusal::Limited { wait } => Fault::TooMany { retry_after: seconds_of(wait) }.into(),
        }
    }

    /// The subject of a grant is not valid for this client, for any reason (P4, P5).
    pub const fn invalid_grant() -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::InvalidGrant, "the refresh token is not valid for this client")
    }

    pub const fn invalid_scope() -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::InvalidScope, "a scope is asked for that was not given")
    }

    pub const fn unauthorized_client() -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::UnauthorizedClient, "the client may have no such token")
    }

    /// RFC 8693 section 2.2.2.
    pub const fn invalid_target() -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::InvalidTarget, "no tokens are given for that audience or resource")
    }

    /// An authorization request that was handed over (RFC 9126 section 2.3).
    pub const fn of_request((refusal, description): (Refusal, &'static str)) -> Self {
        let error = match refusal {
            Refusal::InvalidScope => ErrorCode::InvalidScope,
            Refusal::InvalidTarget => ErrorCode::InvalidTarget,
            Refusal::UnsupportedResponseType => ErrorCode::UnsupportedResponseType,
            Refusal::RequestNotSupported => ErrorCode::RequestNotSupported,
            Refusal::RequestUriNotSupported => ErrorCode::RequestUriNotSupported,
            // The others are told of users, and there is none yet.
            Refusal::InvalidRequest
            | Refusal::AccessDenied
            | Refusal::LoginRequired
            | Refusal::ConsentRequired
            | Refusal::InteractionRequired => ErrorCode::InvalidRequest,
        };
        Self::new(StatusCode::BAD_REQUEST, error, description)
    }

    pub const fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::ServerError, "something went wrong on our side")
    }

    /// No access token is shown (RFC 6750 section 3.1: nothing is said of an error).
    pub fn no_token() -> Self {
        Self { challenge: Some(BEARER), ..Self::undescribed(StatusCode::UNAUTHORIZED, ErrorCode::InvalidToken) }
    }

    const fn undescribed(status: StatusCode, error: ErrorCode) -> Self {
        Self { status, failure: OauthFailure::undescribed(error), challenge: None, retry_after: None }
    }
}

/// Tells the refusal of a parameter from others where its code is not `invalid_request`.
pub const UNSUPPORTED_GRANT_TYPE: &str = "unsupported_grant_type";

impl<F: IntoFault> From<F> for OauthError {
    fn from(fault: F) -> Self {
        use ErrorCode::{InvalidRequest, TemporarilyUnavailable, UnsupportedGrantType};
        match fault.into_fault() {
            Fault::Body(BodyError::TooLarge) => Self::new(StatusCode::PAYLOAD_TOO_LARGE, InvalidRequest, "the body is too large"),
            Fault::Body(BodyError::Timeout) => Self::new(StatusCode::REQUEST_TIMEOUT, InvalidRequest, "the body did not arrive in time"),
            Fault::Body(BodyError::Broken) => Self::invalid_request("the body could not be read"),
            // The first one: clients are to tell refusals apart by their code.
            Fault::Parameters(errors) => match errors.into_iter().next() {
                Some(error) => {
                    let code = if error.kind == UNSUPPORTED_GRANT_TYPE { UnsupportedGrantType } else { InvalidRequest };
                    let failure = OauthFailure { error: code, error_description: Some(error.problem) };
                    Self { status: StatusCode::BAD_REQUEST, failure, challenge: None, retry_after: None }
                }
                None => Self::invalid_request("a parameter is not as it should be"),
            },
            // No body here is JSON.
            Fault::Malformed(_) | Fault::Fields(_) => Self::invalid_request("the request is not as it should be"),
            Fault::NoSuchPath => Self::undescribed(StatusCode::NOT_FOUND, ErrorCode::NotFound),
            Fault::MethodNotAllowed => Self::undescribed(StatusCode::METHOD_NOT_ALLOWED, ErrorCode::MethodNotAllowed),
            Fault::HeadTooLarge => {
                Self::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, InvalidRequest, "the head of the request is too large")
            }
            Fault::Unauthenticated => Self { challenge: Some(BASIC), ..Self::UNAUTHENTICATED },
            Fault::Forbidden => Self::unauthorized_client(),
            Fault::TooMany { retry_after } => {
                let error =
                    Self::new(StatusCode::TOO_MANY_REQUESTS, TemporarilyUnavailable, "too many requests from here; try again later");
                Self { retry_after: Some(retry_after), ..error }
            }
            Fault::Unavailable => {
                let error = Self::new(StatusCode::SERVICE_UNAVAILABLE, TemporarilyUnavailable, "try again shortly");
                Self { retry_after: Some(RETRY_AFTER_SECONDS), ..error }
            }
            Fault::Internal => Self::internal(),
        }
    }
}

impl From<MachineRefusal> for OauthError {
    fn from(refusal: MachineRefusal) -> Self {
        match refusal {
            MachineRefusal::Scope(ScopeRefused) => Self::invalid_scope(),
            MachineRefusal::Target(TargetRefused) => Self::invalid_target(),
            MachineRefusal::NotAllowed => Self::unauthorized_client(),
        }
    }
}

impl From<ScopeRefused> for OauthError {
    fn from(ScopeRefused: ScopeRefused) -> Self {
        Self::invalid_scope()
    }
}

impl From<TargetRefused> for OauthError {
    fn from(TargetRefused: TargetRefused) -> Self {
        Self::invalid_target()
    }
}

impl From<CodeRefusal> for OauthError {
    fn from(refusal: CodeRefusal) -> Self {
        match refusal {
            CodeRefusal::Code => Self::new(StatusCode::BAD_REQUEST, ErrorCode::InvalidGrant, "the code is not valid for this client"),
            CodeRefusal::Target(TargetRefused) => Self::invalid_target(),
        }
    }
}

impl From<UserInfoRefusal> for OauthError {
    fn from(refusal: UserInfoRefusal) -> Self {
        match refusal {
            UserInfoRefusal::Token(_) => Self {
                challenge: Some(BEARER_INVALID),
                ..Self::new(StatusCode::UNAUTHORIZED, ErrorCode::InvalidToken, "the access token is not valid")
            },
            UserInfoRefusal::Scope => Self {
                challenge: Some(BEARER_SCOPE),
                ..Self::new(StatusCode::FORBIDDEN, ErrorCode::InsufficientScope, "the access token has not the scope openid")
            },
        }
    }
}

impl From<ExchangeRefusal> for OauthError {
    fn from(refusal: ExchangeRefusal) -> Self {
        match refusal {
            ExchangeRefusal::Subject => Self::invalid_request("the subject token is not valid"),
            ExchangeRefusal::Scope(ScopeRefused) => Self::invalid_scope(),
            ExchangeRefusal::Target(TargetRefused) => Self::invalid_target(),
            ExchangeRefusal::NotAllowed => Self::unauthorized_client(),
            ExchangeRefusal::ProviderAway => Fault::Unavailable.into(),
        }
    }
}

impl From<RefreshRefusal> for OauthError {
    fn from(refusal: RefreshRefusal) -> Self {
        match refusal {
            RefreshRefusal::Invalid | RefreshRefusal::SessionOver | RefreshRefusal::PasswordDue | RefreshRefusal::Stolen => {
                Self::invalid_grant()
            }
            RefreshRefusal::Scope(ScopeRefused) => Self::invalid_scope(),
            RefreshRefusal::Target(TargetRefused) => Self::invalid_target(),
        }
    }
}

impl IntoResponse for OauthError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.failure)).into_response();
        let headers = response.headers_mut();
        if let Some(challenge) = self.challenge {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::detached::Lost;

    #[test]
    fn an_unknown_outcome_is_503_and_tells_when_to_come_back() {
        let response = OauthError::from(Lost).into_response();
        assert_eq!(
            (response.status(), &response.headers()[header::RETRY_AFTER]),
            (StatusCode::SERVICE_UNAVAILABLE, &HeaderValue::from_static("1"))
        );
    }
}
