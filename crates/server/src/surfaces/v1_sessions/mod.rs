//! The sessions API, fourteen endpoints: `/api/v1/…` (contracts/v1_sessions.md). A user's own sessions under `me`, those of others
//! under `tenants/{tenant_id}` and `admin`, as far as the caller's role reaches.

pub mod admin;
mod caller;
mod decode;
pub mod error;
pub mod me;
pub mod openapi;
mod path_ids;
pub mod tenants;
mod wire;

use std::sync::Arc;

use cloakroom_engine::Engine;

use crate::http::body::BodyLimits;
use crate::http::detached::Detached;
use crate::http::server_clock::ServerClock;

/// What the handlers of this surface work with.
#[derive(Clone)]
pub struct V1Sessions {
    pub engine: Arc<Engine>,
    /// Runs what changes something to its end, whatever the client does.
    pub detached: Detached,
    pub body_limits: BodyLimits,
    pub clock: ServerClock,
}

pub use error::refusal;
