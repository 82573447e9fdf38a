//! What everything under `/api/v1` shares: who calls, what a request says, the envelope and the errors of its answers.

pub mod account;
pub mod audit;
pub mod caller;
pub mod directory;
pub mod envelope;
pub mod error;
pub mod parameters;
pub mod sessions;

use self::error::{ErrorDetail, HTTPValidationError};
use crate::http::document::{Refusal, When};

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
    Refusal::new::<ErrorDetail>(When::Always, "429", "Too many requests from here; Retry-After says how long"),
    Refusal::new::<ErrorDetail>(When::Always, "431", "The head of the request is too large"),
    Refusal::new::<ErrorDetail>(When::Always, "500", "A fault of ours"),
    Refusal::new::<ErrorDetail>(When::Always, "503", "Try again shortly"),
];
