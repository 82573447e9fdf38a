//! What a request costs below HTTP: how long it waited for the store. The store tells before and after each of its answers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

tokio::task_local! {
    static COST: Cost;
}

/// The cost of a request; clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Cost(Arc<AtomicU64>);

impl Cost {
    /// Does `work` on its account.
    pub fn follow<T>(self, work: impl Future<Output = T>) -> impl Future<Output = T> {
        COST.scope(self, work)
    }

    /// On the account of the request that this is done for, wherever it is done.
    pub fn carried<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
        COST.try_with(Self::clone).unwrap_or_default().follow(work)
    }

    /// How long the store took.
    pub fn of_store(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::Relaxed))
    }
}

/// Nanoseconds since this process first asked.
#[expect(clippy::disallowed_methods, reason = "a latency, not a time of day: nothing is decided by it")]
fn nanos() -> u64 {
    static FIRST: LazyLock<Instant> = LazyLock::new(Instant::now);
    u64::try_from(FIRST.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

/// Before an answer of the store: what [`end`] is told after it.
pub fn begin() -> Option<u64> {
    COST.try_with(|_| nanos()).ok()
}

/// After an answer of the store.
pub fn end(begun: Option<u64>) {
    let Some(begun) = begun else { return };
    // What outlives its request is on nobody's account.
    let _ = COST.try_with(|cost| cost.0.fetch_add(nanos().saturating_sub(begun), Ordering::Relaxed));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_the_store_takes_is_on_the_account_of_the_request() {
        assert_eq!(begin(), None, "nobody asked");
        let cost = Cost::default();
        let work = async {
            let begun = begin();
            while nanos() == begun.unwrap() {}
            end(begun);
            (Cost::carried(async { end(Some(0)) }),)
        };
        let (elsewhere,) = cost.clone().follow(work).await;
        let before = cost.of_store();
        assert!(before > Duration::ZERO);
        elsewhere.await;
        assert!(cost.of_store() > before, "in a task of its own, too");
    }
}
