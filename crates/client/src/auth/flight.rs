//! One renewal for all tasks that wait: a task that asks while it runs gets its outcome.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch::{Receiver, channel};

use crate::error::{Error, Result};
use crate::secret::Secret;

type Outcome = Option<Result<Secret>>;

/// The renewal under way, if there is one.
#[derive(Debug, Default)]
pub(crate) struct Flight(Mutex<Option<Receiver<Outcome>>>);

impl Flight {
    /// The present token, else the outcome of the renewal under way, else that of a new one.
    ///
    /// A renewal runs to its end in a task of its own. The server may have rotated a token before its caller went away; if the new token
    /// were lost, showing the old one again would look like a theft.
    pub(crate) async fn join<F>(self: Arc<Self>, there: impl FnOnce() -> Option<Secret>, begin: impl FnOnce() -> F) -> Result<Secret>
    where
        F: Future<Output = Result<Secret>> + Send + 'static,
    {
        let mut landing = {
            let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // Looked at under the lock: a renewal makes its token known before it leaves the slot.
            if let Some(token) = there() {
                return Ok(token);
            }
            match &*slot {
                Some(landing) => landing.clone(),
                None => slot.insert(self.clone().start(begin())).clone(),
            }
        };
        let outcome = landing.wait_for(Option::is_some).await.ok().and_then(|outcome| outcome.clone());
        outcome.unwrap_or_else(|| {
            self.forget(&landing);
            Err(Error::Transport("the renewal of a token was cut off".into()))
        })
    }

    #[expect(clippy::disallowed_methods, reason = "a renewal outlives whoever began it, see above")]
    fn start(self: Arc<Self>, renewal: impl Future<Output = Result<Secret>> + Send + 'static) -> Receiver<Outcome> {
        let (landed, landing) = channel(None);
        let mine = landing.clone();
        tokio::spawn(async move {
            let outcome = renewal.await;
            self.forget(&mine);
            landed.send_replace(Some(outcome));
        });
        landing
    }

    /// Leaves the slot to the next one.
    fn forget(&self, landing: &Receiver<Outcome>) {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.as_ref().is_some_and(|known| known.same_channel(landing)) {
            *slot = None;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, reason = "a test of tasks starts some")]

    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn whoever_began_it_may_leave() {
        let (flight, begun, release) = (Arc::new(Flight::default()), Arc::new(Notify::new()), Arc::new(Notify::new()));
        let finished = Arc::new(AtomicU32::new(0));
        let renewal = {
            let (begun, release, finished) = (begun.clone(), release.clone(), finished.clone());
            async move {
                begun.notify_one();
                release.notified().await;
                finished.fetch_add(1, Ordering::SeqCst);
                Ok(Secret::new("fresh"))
            }
        };
        let first = tokio::spawn(flight.clone().join(|| None, move || renewal));
        begun.notified().await;
        first.abort();
        assert!(first.await.unwrap_err().is_cancelled());
        let second = flight.clone().join(|| None, || async { unreachable!("one is under way") });
        release.notify_one();
        assert_eq!(second.await, Ok(Secret::new("fresh")));
        assert_eq!(finished.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn one_that_panics_is_an_error_and_not_the_end() {
        let flight = Arc::new(Flight::default());
        let broken = flight.clone().join(|| None, || async { panic!("on purpose") }).await;
        assert!(matches!(broken, Err(Error::Transport(_))), "{broken:?}");
        let next = flight.clone().join(|| None, || async { Ok(Secret::new("fresh")) }).await;
        assert_eq!(next, Ok(Secret::new("fresh")));
        let failed = flight.clone().join(|| None, || async { Err(Error::Timeout) }).await;
        assert_eq!(failed, Err(Error::Timeout));
        assert_eq!(flight.join(|| Some(Secret::new("there")), || async { Err(Error::Timeout) }).await, Ok(Secret::new("there")));
    }
}
