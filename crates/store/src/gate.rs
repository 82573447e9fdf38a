//! Stops a test between the authentication of a request and the transaction that changes something on its word.

use parking_lot::Mutex;
use tokio::sync::oneshot::{Receiver, Sender, channel};

/// Lets every change pass but the next one after [`Gate::close`].
#[derive(Default)]
pub struct Gate(Mutex<Option<(Sender<()>, Receiver<()>)>>);

/// The gate, closed for one change.
pub struct Closed {
    reached: Receiver<()>,
    open: Sender<()>,
}

impl Gate {
    /// Stops the next change that is made on the word of a caller.
    pub fn close(&self) -> Closed {
        let ((reaching, reached), (open, opened)) = (channel(), channel());
        *self.0.lock() = Some((reaching, opened));
        Closed { reached, open }
    }

    pub(crate) async fn pass(&self) {
        let closed = self.0.lock().take();
        if let Some((reaching, opened)) = closed {
            let _ = reaching.send(());
            let _ = opened.await;
        }
    }
}

impl Closed {
    /// Waits until a change stands before the gate.
    pub async fn reached(&mut self) {
        let _ = (&mut self.reached).await;
    }

    /// Lets it pass.
    pub fn open(self) {
        let _ = self.open.send(());
    }
}
