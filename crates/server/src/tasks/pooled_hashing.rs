//! The engine's password work on the hashing threads.

use cloakroom_engine::directory::password::{HashingJob, HashingResult, PasswordHashing};
use cloakroom_engine::error::HashingOverloaded;

use super::hashing::{Asker, HashingPool};
use crate::http::course::Course;

/// Runs password work on a pool of lowered threads behind a bounded queue, in turn for the clients that it is done for.
pub struct PooledHashing(pub HashingPool);

#[async_trait::async_trait]
impl PasswordHashing for PooledHashing {
    async fn run(&self, job: HashingJob) -> Result<HashingResult, HashingOverloaded> {
        self.0.run(Asker::at(Course::client()), job).await.map_err(|_| HashingOverloaded)
    }
}
