//! What everything under `/api/v1` shares: who calls, what a request says, the envelope and the errors of its answers.

pub mod account;
pub mod audit;
pub mod caller;
pub mod decode;
pub mod directory;
pub mod envelope;
pub mod error;
pub mod parameters;
pub mod path_ids;
pub mod sessions;

use std::sync::Arc;

use axum::response::{IntoResponse as _, Response};
use cloakroom_engine::Engine;

use self::error::{ErrorDetail, HTTPValidationError, V1Error};
use crate::http::body::BodyLimits;
use crate::http::detached::Detached;
use crate::http::document::{Refusal, When};
use crate::http::limits::{self, Facts};
use crate::http::server_clock::ServerClock;

/// What the handlers under `/api/v1` work with.
#[derive(Clone)]
pub struct V1 {
    pub engine: Arc<Engine>,
    /// Runs what changes something to its end, whatever the client does.
    pub detached: Detached,
    pub body_limits: BodyLimits,
    pub clock: ServerClock,
}

/// The answer where the kit refuses in a handler's place.
pub fn refusal(refusal: limits::Refusal, _: &Facts) -> Response {
    V1Error::from(refusal).into_response()
}

/// What every operation under `/api/v1` refuses by its kind.
pub const REFUSALS: &[Refusal] = &[
    Refusal::new::<ErrorDetail>(When::Body, "400", "The body could not be read"),
    Refusal::new::<ErrorDetail>(When::Secured, "401", "The access token is missing or not valid"),
    Refusal::new::<ErrorDetail>(When::Secured, "403", "The token is not a user's, or its role or scope does not reach that far"),
    Refusal::new::<ErrorDetail>(When::PathId, "404", "No such thing within reach"),
    Refusal::new::<ErrorDetail>(When::Body, "408", "The body did not arrive in time"),
    Refusal::new::<ErrorDetail>(When::Body, "413", "The body is too large"),
    Refusal::new::<HTTPValidationError>(When::Secured, "422", "Some value is missing or wrong"),
    Refusal::new::<HTTPValidationError>(When::Body, "422", "Some value is missing or wrong"),
    Refusal::new::<ErrorDetail>(When::Always, "431", "The head of the request is too large"),
    Refusal::new::<ErrorDetail>(When::Always, "500", "A fault of ours"),
    Refusal::new::<ErrorDetail>(When::Always, "503", "Try again shortly"),
];
