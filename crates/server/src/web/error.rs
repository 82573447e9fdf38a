//! What is answered in place of a page that was asked for. The one place for it.

use std::collections::BTreeMap;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use utoipa::IntoResponses;
use utoipa::openapi::{ContentBuilder, Object, RefOr, ResponseBuilder};

use super::door::Door;
use super::language::Language;
use super::pages::{Frame, ProblemPage, page};
use crate::http::body::BodyError;
use crate::http::fault::{Fault, IntoFault, RETRY_AFTER_SECONDS};

/// Seconds until a provider that did not answer is asked again.
const PROVIDER_RETRY_SECONDS: u64 = 10;

/// A request that gets no page of its own. In the extensions of an answer until [`Framed`](super::envelope::Framed) has made a page of it.
#[derive(Clone, Copy, Debug)]
pub struct PageError {
    pub status: StatusCode,
    /// The name of the text.
    pub text: &'static str,
    /// Seconds after which trying again makes sense.
    retry_after: Option<u64>,
}

impl PageError {
    pub const INTERNAL: Self = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "problem-internal");
    pub const FORGED: Self = Self::new(StatusCode::FORBIDDEN, "problem-forged");
    /// The token of a mail redeems nothing, whatever the reason.
    pub const VOID: Self = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "problem-void");
    /// Nobody says where an answer could go.
    pub const NO_APPLICATION: Self = Self::new(StatusCode::BAD_REQUEST, "problem-application");
    /// What was pushed is over, or none of ours.
    pub const TOO_LATE: Self = Self::new(StatusCode::BAD_REQUEST, "problem-too-late");
    /// Nobody says where a browser could go.
    pub const NO_SUCH_APPLICATION: Self = Self::new(StatusCode::BAD_REQUEST, "problem-leaving");
    /// An identity provider does not answer.
    pub const PROVIDER_AWAY: Self =
        Self { retry_after: Some(PROVIDER_RETRY_SECONDS), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "problem-provider-away") };
    pub const NOT_FOUND: Self = Self::new(StatusCode::NOT_FOUND, "problem-not-found");

    pub const fn new(status: StatusCode, text: &'static str) -> Self {
        Self { status, text, retry_after: None }
    }
}

impl<F: IntoFault> From<F> for PageError {
    fn from(fault: F) -> Self {
        match fault.into_fault() {
            Fault::Body(BodyError::TooLarge) => Self::new(StatusCode::PAYLOAD_TOO_LARGE, "problem-too-large"),
            Fault::Body(BodyError::Timeout) => Self::new(StatusCode::REQUEST_TIMEOUT, "problem-unreadable"),
            Fault::Body(BodyError::Broken) | Fault::Malformed(_) | Fault::Fields(_) | Fault::Parameters(_) => {
                Self::new(StatusCode::BAD_REQUEST, "problem-unreadable")
            }
            Fault::NoSuchPath => Self::NOT_FOUND,
            Fault::MethodNotAllowed => Self::new(StatusCode::METHOD_NOT_ALLOWED, "problem-unreadable"),
            Fault::HeadTooLarge => Self::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "problem-head-too-large"),
            Fault::Unauthenticated | Fault::Forbidden => Self::FORGED,
            Fault::TooMany { retry_after } => {
                Self { retry_after: Some(retry_after), ..Self::new(StatusCode::TOO_MANY_REQUESTS, "problem-too-many") }
            }
            Fault::Unavailable => {
                Self { retry_after: Some(RETRY_AFTER_SECONDS), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "problem-unavailable") }
            }
            Fault::Internal => Self::INTERNAL,
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// What went wrong, as a page that says what to do.
pub fn problem_page(door: &Door, language: Language, status: StatusCode, text: &'static str) -> Response {
    page(status, &ProblemPage { frame: Frame::of(door, language), text: language.say(text), status: status.as_u16() })
}

/// What every page may refuse.
pub struct PageRefusals;

impl IntoResponses for PageRefusals {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let rows = [
            ("400", "What was sent cannot be read"),
            ("408", "The body did not arrive in time"),
            ("413", "The body is too large"),
            ("429", "Too many requests from here; Retry-After says how long"),
            ("431", "The head of the request is too large"),
            ("500", "A fault of ours"),
            ("503", "Try again shortly"),
        ];
        let content = ContentBuilder::new().schema(Some(Object::with_type(utoipa::openapi::Type::String))).build();
        let row = |(status, description): (&str, &str)| {
            let response = ResponseBuilder::new().description(description).content("text/html", content.clone()).build();
            (status.to_owned(), response.into())
        };
        rows.into_iter().map(row).collect()
    }
}
