//! Session storage: `/session-storage/…`, sessions that client applications keep for their owners (docs/contracts/session_storage.md).

pub mod caller;
pub mod create;
pub mod delete;
pub mod envelope;
pub mod error;
pub mod get;
pub mod list;
pub mod openapi;
pub mod set_expiry;
mod wire;

use std::sync::Arc;

use cloakroom_engine::Engine;

use crate::http::body::BodyLimits;
use crate::http::detached::Detached;

/// What the handlers of this surface work with.
#[derive(Clone)]
pub struct SessionStorage {
    pub engine: Arc<Engine>,
    /// Runs what changes something to its end, whatever the client does.
    pub detached: Detached,
    pub body_limits: BodyLimits,
}
