//! Authenticated sessions, for operators: `/api/admin/v1/authenticated-sessions/…` (docs/contracts/authenticated_sessions.md).

mod caller;
mod envelope;
pub mod error;
pub mod list;
pub mod openapi;
pub mod revoke;
pub mod user_sessions;
mod wire;

use std::sync::Arc;

use cloakroom_engine::Engine;

use crate::http::body::BodyLimits;
use crate::http::detached::Detached;

/// What the handlers of this surface work with.
#[derive(Clone)]
pub struct AuthenticatedSessions {
    pub engine: Arc<Engine>,
    /// Runs what changes something to its end, whatever the client does.
    pub detached: Detached,
    pub body_limits: BodyLimits,
}

pub use error::refusal;
