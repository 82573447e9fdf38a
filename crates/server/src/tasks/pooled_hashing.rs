//! The engine's password work on the hashing threads.

use cloakroom_engine::directory::password::{HashingJob, HashingResult, PasswordHashing};
use cloakroom_engine::error::HashingOverloaded;

use super::hashing::HashingPool;

/// Runs password work on a pool of lowered threads behind a bounded queue.
pub struct PooledHashing(pub HashingPool);

#[async_trait::async_trait]
impl PasswordHashing for PooledHashing {
    async fn run(&self, job: HashingJob) -> Result<HashingResult, HashingOverloaded> {
        self.0.run(job).await.map_err(|_| HashingOverloaded)
    }
}
