//! Time as the client asks for it, so that a test can hold it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A wait that ends.
///
/// ```
/// let at_once: cloakroom_client::Waiting<'static> = Box::pin(std::future::ready(()));
/// ```
pub type Waiting<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// What tells the time and waits: when a token is to be renewed, how long until a call is repeated.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use std::time::Duration;
/// use cloakroom_client::{Client, Clock, Waiting};
///
/// /// Moves only by being waited for.
/// #[derive(Debug, Default)]
/// struct Patient(Mutex<Duration>);
///
/// impl Clock for Patient {
///     fn now(&self) -> Duration {
///         *self.0.lock().unwrap()
///     }
///     fn sleep(&self, duration: Duration) -> Waiting<'_> {
///         *self.0.lock().unwrap() += duration;
///         Box::pin(std::future::ready(()))
///     }
/// }
///
/// let client = Client::builder("https://sessions.example.com").clock(Arc::new(Patient::default())).build()?;
/// # Ok::<(), cloakroom_client::Error>(())
/// ```
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// Since the beginning of 1970, UTC.
    fn now(&self) -> Duration;

    /// Done after so long.
    fn sleep(&self, duration: Duration) -> Waiting<'_>;
}

/// The clock of the machine.
///
/// ```
/// use cloakroom_client::{Clock, SystemClock};
///
/// assert!(SystemClock.now().as_secs() > 1_700_000_000);
/// ```
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
