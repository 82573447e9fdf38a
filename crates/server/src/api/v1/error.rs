//! What everything under `/api/v1` answers when it does not answer with data: `{"detail"}`. The one place for it.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cloakroom_engine::callers::{AdminRefusal, OutOfReach};
use cloakroom_engine::cursor::{NotOfThisList, Unlisted};
use cloakroom_engine::tokens::authenticate::TokenRefusal;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::{AnyOfBuilder, ArrayBuilder};
use utoipa::openapi::{Object, RefOr, Schema, Type};

use crate::http::body::BodyError;
use crate::http::cursor::NO_CURSOR;
use crate::http::declared::parameter_error::ParameterError;
use crate::http::fault::{Fault, IntoFault, PASSWORD_DUE, RETRY_AFTER_SECONDS};
use crate::http::fields::FieldError;

/// A refused call.
#[derive(Clone, Debug)]
pub struct V1Error {
    status: StatusCode,
    said: Said,
    /// Seconds after which trying again makes sense.
    retry_after: Option<u64>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum Said {
    Text(ErrorDetail),
    Values(HTTPValidationError),
}

/// Why a call was refused.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ErrorDetail {
    #[schema(example = "Not found.")]
    detail: &'static str,
}

/// Every bad value of a request.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HTTPValidationError {
    detail: Vec<ValidationError>,
}

/// One bad value of a request.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ValidationError {
    /// Where it stands: path, query, body or header first, then its name, then, in a list, its place from 0.
    #[schema(schema_with = location)]
    loc: Vec<Step>,
    #[schema(example = "Input should be greater than or equal to 1")]
    msg: String,
    #[schema(example = "greater_than_equal")]
    r#type: &'static str,
}

/// One step on the way to a value.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum Step {
    Name(&'static str),
    Item(usize),
}

fn location() -> RefOr<Schema> {
    let step = AnyOfBuilder::new().item(Object::with_type(Type::String)).item(Object::with_type(Type::Integer));
    let steps = ArrayBuilder::new().items(step).examples([serde_json::json!(["query", "page"])]);
    RefOr::T(steps.build().into())
}

impl ValidationError {
    /// `place` is one of path, query, body and header; without a `name` all of it is meant.
    pub fn new(place: &'static str, name: Option<&'static str>, msg: impl Into<String>, kind: &'static str) -> Self {
        let loc = std::iter::once(place).chain(name).map(Step::Name).collect();
        Self { loc, msg: msg.into(), r#type: kind }
    }

    /// The same of one item of the list that stands there.
    fn item(mut self, index: Option<usize>) -> Self {
        self.loc.extend(index.map(Step::Item));
        self
    }
}

impl V1Error {
    pub const UNAUTHORIZED: Self = Self::new(StatusCode::UNAUTHORIZED, "The access token is missing or not valid.");
    pub const FORBIDDEN: Self = Self::new(StatusCode::FORBIDDEN, "Your role does not reach that far.");
    /// Word for word the contract's.
    const SCOPE: Self = Self::new(StatusCode::FORBIDDEN, "Platform token requires admin:read or admin:write scope");
    pub const NOT_A_USER: Self = Self::new(StatusCode::FORBIDDEN, "An application's token opens nothing that is a user's.");
    const PASSWORD_DUE: Self = Self::new(StatusCode::FORBIDDEN, PASSWORD_DUE);
    pub const NOT_FOUND: Self = Self::new(StatusCode::NOT_FOUND, "Not found.");
    pub const METHOD_NOT_ALLOWED: Self = Self::new(StatusCode::METHOD_NOT_ALLOWED, "This endpoint does not take this method.");
    const TOO_MANY: Self = Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests from here; try again later.");
    const UNAVAILABLE: Self = Self::new(StatusCode::SERVICE_UNAVAILABLE, "The service cannot answer now; try again shortly.");
    const INTERNAL: Self = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side.");
    const HEAD_TOO_LARGE: Self = Self::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "The head of the request is too large.");

    /// An error that is always the same.
    pub const fn new(status: StatusCode, message: &'static str) -> Self {
        Self { status, said: Said::Text(ErrorDetail { detail: message }), retry_after: None }
    }

    /// The same, to be tried again after so many seconds.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// Some values of the request are bad.
    pub fn invalid(detail: Vec<ValidationError>) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, said: Said::Values(HTTPValidationError { detail }), retry_after: None }
    }

    /// One field of the body is bad.
    pub fn bad_field(name: &'static str, problem: impl Into<String>) -> Self {
        Self::invalid(vec![ValidationError::new("body", Some(name), problem, "value_error")])
    }

    /// Nothing in the body says what is to be done.
    pub fn nothing_meant(message: &'static str) -> Self {
        Self::invalid(vec![ValidationError::new("body", None, message, "value_error")])
    }
}

impl<F: IntoFault> From<F> for V1Error {
    fn from(fault: F) -> Self {
        match fault.into_fault() {
            Fault::Body(BodyError::TooLarge) => Self::new(StatusCode::PAYLOAD_TOO_LARGE, "The body is too large."),
            Fault::Body(BodyError::Timeout) => Self::new(StatusCode::REQUEST_TIMEOUT, "The body did not arrive in time."),
            Fault::Body(BodyError::Broken) => Self::new(StatusCode::BAD_REQUEST, "The body could not be read."),
            Fault::Malformed(malformed) => Self::invalid(vec![ValidationError::new("body", None, malformed.to_string(), "json_invalid")]),
            Fault::Fields(errors) => {
                let value = |error: FieldError| {
                    let FieldError { field, problem, item } = error;
                    ValidationError::new("body", Some(field), problem, "value_error").item(item)
                };
                Self::invalid(errors.into_iter().map(value).collect())
            }
            Fault::Parameters(errors) => {
                let value = |error: ParameterError| ValidationError::new("query", Some(error.name), error.problem, error.kind);
                Self::invalid(errors.into_iter().map(value).collect())
            }
            Fault::NoSuchPath => Self::NOT_FOUND,
            Fault::MethodNotAllowed => Self::METHOD_NOT_ALLOWED,
            Fault::HeadTooLarge => Self::HEAD_TOO_LARGE,
            Fault::Unauthenticated => Self::UNAUTHORIZED,
            Fault::Forbidden => Self::FORBIDDEN,
            Fault::TooMany { retry_after } => Self::TOO_MANY.retry_after(retry_after),
            Fault::Unavailable => Self::UNAVAILABLE,
            Fault::Internal => Self::INTERNAL,
        }
    }
}

impl From<TokenRefusal> for V1Error {
    fn from(refusal: TokenRefusal) -> Self {
        match refusal {
            TokenRefusal::PasswordDue => Self::PASSWORD_DUE,
            TokenRefusal::OfApplication => Self::NOT_A_USER,
            TokenRefusal::Invalid
            | TokenRefusal::OutOfTime
            | TokenRefusal::Superseded
            | TokenRefusal::SessionOver
            | TokenRefusal::ApplicationOver
            | TokenRefusal::Revoked => Self::UNAUTHORIZED,
        }
    }
}

impl From<AdminRefusal> for V1Error {
    fn from(refusal: AdminRefusal) -> Self {
        match refusal {
            AdminRefusal::Role => Self::FORBIDDEN,
            AdminRefusal::Scope => Self::SCOPE,
            AdminRefusal::Delegate => Self::NOT_A_USER,
        }
    }
}

impl From<NotOfThisList> for V1Error {
    fn from(_: NotOfThisList) -> Self {
        Self::invalid(vec![ValidationError::new("query", Some("cursor"), NO_CURSOR, "value_error")])
    }
}

impl<R: Into<Self>> From<Unlisted<R>> for V1Error {
    fn from(unlisted: Unlisted<R>) -> Self {
        match unlisted {
            Unlisted::Refused(refusal) => refusal.into(),
            Unlisted::Cursor(not) => not.into(),
        }
    }
}

impl From<OutOfReach> for V1Error {
    fn from(_: OutOfReach) -> Self {
        Self::NOT_FOUND
    }
}

impl IntoResponse for V1Error {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.said)).into_response();
        let unavailable = (self.status == StatusCode::SERVICE_UNAVAILABLE).then_some(RETRY_AFTER_SECONDS);
        if let Some(seconds) = self.retry_after.or(unavailable) {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
