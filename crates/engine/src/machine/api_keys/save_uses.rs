//! Saving when API keys were last used.

use crate::engine::Engine;
use crate::error::EngineError;

impl Engine {
    /// Saves at most `limit` last uses that are due; all that there are with `everything`, as at shutdown. Returns how many.
    ///
    /// # Errors
    /// The store's; the uses stay pending.
    pub async fn save_api_key_uses(&self, everything: bool, limit: usize) -> Result<usize, EngineError> {
        let now = self.now();
        let due = self.key_uses.due((!everything).then_some(now), limit);
        if !due.is_empty() {
            self.store.save_api_key_uses(due.clone()).await?;
            self.key_uses.saved(&due, now);
        }
        Ok(due.len())
    }
}
