//! Who keeps what leaves the trail.

use async_trait::async_trait;

use super::chain::Link;
use crate::error::NotArchived;

/// Takes the oldest links over, for good.
#[async_trait]
pub trait TrailArchive: Send + Sync {
    /// Returns once they would survive a loss of power. Links may come a second time, after a crash; they are then kept once.
    ///
    /// # Errors
    /// When they were not taken over, or whether they were is not known; they stay in the trail.
    async fn keep(&self, links: &[Link]) -> Result<(), NotArchived>;
}

/// Keeps nothing, for commands that serve no requests.
pub struct NoArchive;

#[async_trait]
impl TrailArchive for NoArchive {
    async fn keep(&self, _: &[Link]) -> Result<(), NotArchived> {
        Err(NotArchived { problem: "no archive is set up".to_owned() })
    }
}
