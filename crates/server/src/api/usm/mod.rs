//! User Session Management: `/usm/…`, every route a POST with JSON in and out (docs/contracts/usm.md).

pub mod api_key;
pub mod call;
pub mod envelope;
pub mod error;
pub mod openapi;
pub mod service_account;
pub mod session;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRef;
use cloakroom_engine::Engine;

use crate::http::body::BodyLimits;
use crate::http::detached::Detached;
use crate::http::server_clock::ServerClock;

/// What the handlers of this surface work with.
#[derive(Clone)]
pub struct Usm {
    pub engine: Arc<Engine>,
    /// Runs what changes something to its end, whatever the client does.
    pub detached: Detached,
    pub body_limits: BodyLimits,
    pub clock: ServerClock,
}

impl FromRef<Usm> for BodyLimits {
    fn from_ref(usm: &Usm) -> Self {
        usm.body_limits
    }
}

/// Seconds that a client should wait after 503.
pub const RETRY_AFTER: Duration = Duration::from_secs(1);
