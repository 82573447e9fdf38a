//! Password work that waits for company, so that a race is one.

use std::sync::Arc;

use async_trait::async_trait;
use cloakroom_engine::directory::password::{HashingJob, HashingResult, InlineHashing, PasswordHashing};
use cloakroom_engine::error::HashingOverloaded;
use parking_lot::Mutex;
use tokio::sync::Barrier;

/// Does it at once or, told to gather, when so many pieces of it have come.
#[derive(Default)]
pub struct Gathering(Mutex<Option<Arc<Barrier>>>);

impl Gathering {
    pub fn of(&self, company: usize) {
        *self.0.lock() = Some(Arc::new(Barrier::new(company)));
    }
}

#[async_trait]
impl PasswordHashing for Gathering {
    async fn run(&self, job: HashingJob) -> Result<HashingResult, HashingOverloaded> {
        let barrier = self.0.lock().clone();
        if let Some(barrier) = barrier {
            barrier.wait().await;
        }
        InlineHashing.run(job).await
    }
}
