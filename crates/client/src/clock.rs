//! Time as the client asks for it, so that a test can hold it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A wait that ends.
pub type Waiting<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// What tells the time and waits: when a token is to be renewed, how long until a call is repeated.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// Since the beginning of 1970, UTC.
    fn now(&self) -> Duration;

    /// Done after so long.
    fn sleep(&self, duration: Duration) -> Waiting<'_>;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where the wall clock enters a program that uses the client")]
    fn now(&self) -> Duration {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }

    #[expect(clippy::disallowed_methods, reason = "a repeated call waits for its turn; tests bring a clock of their own")]
    fn sleep(&self, duration: Duration) -> Waiting<'_> {
        Box::pin(tokio::time::sleep(duration))
    }
}
