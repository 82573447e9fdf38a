//! What every surface is to the kit, and what its handlers work with.

use std::sync::Arc;
use std::time::Duration;

use axum::response::IntoResponse;
use cloakroom_engine::Engine;
use utoipa::OpenApi;

use super::answers::Answers;
use super::body::Bodies;
use super::detached::Detached;
use super::document::Refusal;
use super::fault::Fault;
use super::places::{InFlight, Streams};
use super::rates::Rates;
use super::server_clock::ServerClock;

/// One HTTP surface. The value holds what only its own handlers need; most are unit structs. Its `#[openapi(…)]` says title, tags, security
/// schemes, and the security that holds where an operation names none of its own.
pub trait Surface: OpenApi + Clone + Send + Sync + 'static {
    /// What it answers when it does not answer with data.
    type Error: From<Fault> + IntoResponse + Send + 'static;

    /// Where its OpenAPI document is served. The sibling in the other format stands beside it.
    const DOCUMENT: DocumentAt;

    /// What its operations refuse by their kind, in the order in which the document lists it.
    const REFUSALS: &'static [Refusal];

    /// Whether a body with a field that no declaration reads is refused, instead of the field being passed over.
    const STRICT_BODIES: bool = false;

    /// What they refuse beside that, where other surfaces share [`Surface::REFUSALS`].
    const ALSO_REFUSED: &'static [Refusal] = &[];
}

/// The path of a document, with `.yaml` or `.json` at its end, and the operation id of whoever asks for it.
#[derive(Clone, Copy, Debug)]
pub struct DocumentAt {
    pub path: &'static str,
    pub operation_id: &'static str,
}

/// What the handlers of a surface work with.
#[derive(Clone)]
pub struct Desk<S> {
    pub engine: Arc<Engine>,
    pub clock: ServerClock,
    pub surface: S,
}

/// What every surface is mounted with.
#[derive(Clone)]
pub struct Serving {
    pub engine: Arc<Engine>,
    pub clock: ServerClock,
    pub bodies: Bodies,
    /// Runs what changes something to its end, whatever the client does.
    pub detached: Detached,
    pub answers: Answers,
    pub in_flight: InFlight,
    pub streams: Streams,
    pub rates: Rates,
    pub request_timeout: Duration,
    pub max_header_bytes: usize,
}
