//! Login and token rotation: `/user/…` and `/common/…`, whose paths and names match in any case (docs/contracts/user_tokens.md).

mod call;
pub mod error;
pub mod health_check;
pub mod login;
pub mod logout;
pub mod lookup;
pub mod openapi;
pub mod refresh_token;
mod wire;

use std::sync::Arc;

use cloakroom_engine::Engine;

use crate::http::body::BodyLimits;
use crate::http::detached::Detached;

/// What the handlers of this surface work with.
#[derive(Clone)]
pub struct UserTokens {
    pub engine: Arc<Engine>,
    /// Runs what changes something to its end, whatever the client does.
    pub detached: Detached,
    pub body_limits: BodyLimits,
}

pub use call::{fold_path, require_version};
pub use error::refusal;
