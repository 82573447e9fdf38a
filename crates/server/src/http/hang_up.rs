//! Closing a connection from outside of what serves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Waker};

use parking_lot::Mutex;

/// Cuts one connection off. In the extensions of each of its requests; clones mean the same connection.
#[derive(Clone, Debug, Default)]
pub struct HangUp(Arc<Line>);

#[derive(Debug, Default)]
struct Line {
    is_cut: AtomicBool,
    served_by: Mutex<Option<Waker>>,
}

impl HangUp {
    /// Cuts it off; true where it was not before.
    pub fn cut(&self) -> bool {
        let first = !self.0.is_cut.swap(true, Ordering::SeqCst);
        if let Some(waker) = self.0.served_by.lock().take() {
            waker.wake();
        }
        first
    }

    /// Whether it is cut off.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.0.is_cut.load(Ordering::SeqCst)
    }

    /// As [`Self::is_cut`]; the task that asks is woken when it is cut off later.
    pub fn poll(&self, cx: &Context<'_>) -> bool {
        let mut served_by = self.0.served_by.lock();
        if !served_by.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            *served_by = Some(cx.waker().clone());
        }
        drop(served_by);
        self.is_cut()
    }
}
