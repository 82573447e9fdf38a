//! A sign-in in progress: the browser has it as a sealed cookie, and nothing is kept of it here.

use crate::engine::Engine;
use crate::entropy::random;
use crate::error::EngineError;

impl Engine {
    /// The secret that binds the forms of a sign-in to the browser that asked for them: 128 random bits.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn mint_flow_secret(&self) -> Result<[u8; 16], EngineError> {
        Ok(random(&*self.entropy)?)
    }
}
