//! What everything under `/api/v1` shares: who calls, what a request says, the envelope and the errors of its answers.

pub mod account;
pub mod audit;
pub mod caller;
pub mod decode;
pub mod directory;
pub mod envelope;
pub mod error;
pub mod path_ids;
pub mod sessions;

use std::sync::Arc;

use cloakroom_engine::Engine;

use crate::http::body::BodyLimits;
use crate::http::detached::Detached;
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

pub use error::refusal;
