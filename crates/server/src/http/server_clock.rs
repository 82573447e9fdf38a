//! The time of day for what surfaces print; the same clock that the engine judges by.

use std::sync::Arc;

use cloakroom_engine::clock::{Clock, Timestamp};

/// A clock that clones share.
#[derive(Clone)]
pub struct ServerClock(Arc<dyn Clock>);

impl ServerClock {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self(clock)
    }

    /// The time of day.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.now()
    }
}
