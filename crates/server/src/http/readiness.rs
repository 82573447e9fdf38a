//! Whether the server may be sent traffic, as whoever assembled it finds out.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use utoipa::ToSchema;

/// After this long without an answer, a check has failed.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Why traffic should go elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reason {
    /// The part that is not ready, such as `store`.
    #[schema(example = "store")]
    pub part: String,
    /// What is wrong with it, in words that are safe to show to anybody.
    #[schema(example = "cannot store a change now")]
    pub problem: String,
}

/// What a check finds: no reason means ready.
pub type Checking = Pin<Box<dyn Future<Output = Vec<Reason>> + Send>>;

/// Asked whenever somebody wants to know.
pub type Readiness = Arc<dyn Fn() -> Checking + Send + Sync>;

/// What the check finds, within its time.
pub async fn checked(check: &Readiness) -> Vec<Reason> {
    let late = || vec![Reason { part: "check".into(), problem: "did not answer in time".into() }];
    tokio::time::timeout(TIMEOUT, check()).await.unwrap_or_else(|_| late())
}
