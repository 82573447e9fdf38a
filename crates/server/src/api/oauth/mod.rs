//! The standard protocols over the same sessions. One file per RFC.

mod client;
mod client_credentials;
mod error;
pub mod introspect;
pub mod jwks;
pub mod metadata;
pub mod openapi;
mod refresh_token;
pub mod revoke;
pub mod token;
mod token_exchange;

use std::sync::Arc;

use cloakroom_engine::Engine;

use crate::http::body::BodyLimits;
use crate::http::detached::Detached;

pub use error::refusal;

/// What these endpoints work with.
#[derive(Clone)]
pub struct Oauth {
    pub engine: Arc<Engine>,
    /// Runs what changes something to its end, whatever the client does.
    pub detached: Detached,
    pub body_limits: BodyLimits,
    /// What tokens name.
    pub issuer: String,
    pub audience: String,
}
