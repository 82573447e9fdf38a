//! The signal to stop, which everything that must stop watches.

use tokio::sync::watch;

/// How far the shutdown has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Nobody has asked to stop.
    Running,
    /// Accept no new requests, finish those under way.
    Draining,
    /// Abandon what is under way.
    Now,
}

/// Asks to stop. Once the last one is dropped, nobody can ask any more.
#[derive(Clone, Debug)]
pub struct StopTrigger(watch::Sender<Stage>);

/// Learns of the shutdown; cheap to clone.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<Stage>);

/// A pair to stop by hand: for tests, and for a boot that fails half-way.
#[must_use]
pub fn by_hand() -> (StopTrigger, Stop) {
    let (sender, receiver) = watch::channel(Stage::Running);
    (StopTrigger(sender), Stop(receiver))
}

/// SIGTERM or SIGINT ask to drain, a second one to stop at once; so may whoever holds the trigger. Call inside a runtime.
///
/// # Errors
/// When the handlers cannot be installed.
#[expect(clippy::disallowed_methods, reason = "the listener for signals lives as long as the process")]
pub fn on_signals() -> std::io::Result<(StopTrigger, Stop)> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let (trigger, stop) = by_hand();
    let by_signal = trigger.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => tracing::info!(signal = "SIGTERM", "asked to stop"),
                _ = interrupt.recv() => tracing::info!(signal = "SIGINT", "asked to stop"),
            }
            by_signal.advance();
        }
    });
    Ok((trigger, stop))
}

impl StopTrigger {
    /// Asks to drain, unless that was asked before: whatever else runs has lost its purpose.
    pub fn drain(&self) {
        self.0.send_if_modified(|stage| {
            let running = *stage == Stage::Running;
            if running {
                *stage = Stage::Draining;
            }
            running
        });
    }

    /// The next step of the shutdown, as a signal asks for it.
    pub fn advance(&self) {
        self.0.send_modify(|stage| {
            *stage = if *stage == Stage::Running { Stage::Draining } else { Stage::Now };
        });
    }
}

impl Stop {
    /// How far the shutdown has come.
    #[must_use]
    pub fn stage(&self) -> Stage {
        *self.0.borrow()
    }

    /// Waits until the shutdown has come at least this far; for ever if nobody can ask any more.
    pub async fn reached(&self, stage: Stage) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(|now| *now >= stage).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_request_drains_and_the_second_stops() {
        let (trigger, stop) = by_hand();
        assert_eq!(stop.stage(), Stage::Running);
        trigger.advance();
        stop.reached(Stage::Draining).await;
        assert_eq!(stop.stage(), Stage::Draining);
        trigger.advance();
        stop.reached(Stage::Now).await;
        stop.reached(Stage::Draining).await;
    }
}
