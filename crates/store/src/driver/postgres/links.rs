//! Connections that are shared, opened as they are needed and again when they are lost.

use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU64, AtomicUsize};

use parking_lot::Mutex;
use tokio::runtime::Handle;

use super::failure::driver_error;
use super::link::{Link, NoLink};
use super::{Address, DriverError, Options};

/// What it takes to open a connection.
#[derive(Clone)]
pub(super) struct Opening {
    pub(super) address: Arc<Address>,
    pub(super) options: Arc<Options>,
    pub(super) runtime: Handle,
}

/// For statements that find their rows by key. PostgreSQL keeps the plan that it made while a table was small, which is to read all
/// of it, until it has analysed the table anew: a minute or more, in which each read would cost what the table has grown to.
const BY_KEY: &str = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off";

impl Opening {
    /// Connects on the driver's runtime, whichever the caller is on.
    pub(super) async fn open(&self) -> Result<Arc<Link>, DriverError> {
        self.open_with("").await
    }

    /// As [`Self::open`], for statements that find their rows by key.
    pub(super) async fn open_by_key(&self) -> Result<Arc<Link>, DriverError> {
        self.open_with(BY_KEY).await
    }

    /// As [`Self::open`], with further settings.
    #[expect(clippy::disallowed_methods, reason = "connections are tasks of the driver's own runtime, and end with it")]
    async fn open_with(&self, settings: &'static str) -> Result<Arc<Link>, DriverError> {
        let Self { address, options, runtime } = self.clone();
        let opening = self.runtime.spawn(async move { Link::open(&address, &options, settings, &runtime).await });
        match opening.await {
            Ok(Ok(link)) => Ok(link),
            Ok(Err(error)) => {
                let error = match error {
                    NoLink::Silent(_) => DriverError::Unavailable(format!("PostgreSQL: {error}")),
                    NoLink::Refused(error) => match driver_error(&error) {
                        DriverError::Unavailable(what) => DriverError::Unavailable(what),
                        // Whatever it is: without a connection, nothing was begun.
                        other => DriverError::Unavailable(other.to_string()),
                    },
                };
                tracing::warn!(%error, address = %self.address, "no connection to PostgreSQL");
                Err(error)
            }
            Err(_) => Err(DriverError::Unavailable("the store is shut down".into())),
        }
    }
}

#[derive(Default)]
struct Place {
    link: Mutex<Option<Arc<Link>>>,
    /// Held while connecting; the others wait for the outcome.
    connecting: tokio::sync::Mutex<()>,
    failures: AtomicU64,
}

impl Place {
    fn open_link(&self) -> Option<Arc<Link>> {
        self.link.lock().as_ref().filter(|link| !link.is_closed()).cloned()
    }
}

/// A fixed number of connections, each shared by many.
pub(super) struct Links {
    opening: Opening,
    places: Vec<Place>,
    next: AtomicUsize,
    /// How often all were taken out of use.
    discarded: AtomicU64,
}

impl Links {
    pub(super) fn new(opening: Opening, count: usize) -> Self {
        let places = (0..count.max(1)).map(|_| Place::default()).collect();
        Self { opening, places, next: AtomicUsize::new(0), discarded: AtomicU64::new(0) }
    }

    /// The next connection in turn, opened where it is not. Of those who wait for the same one, one tries for all: a database that
    /// is away costs each no more than one attempt.
    pub(super) async fn get(&self) -> Result<Arc<Link>, DriverError> {
        let place = &self.places[self.next.fetch_add(1, Relaxed) % self.places.len()];
        if let Some(link) = place.open_link() {
            return Ok(link);
        }
        let failures = place.failures.load(Relaxed);
        let _connecting = place.connecting.lock().await;
        if let Some(link) = place.open_link() {
            return Ok(link);
        }
        if place.failures.load(Relaxed) != failures {
            return Err(DriverError::Unavailable("PostgreSQL cannot be reached".into()));
        }
        loop {
            let discarded = self.discarded.load(Acquire);
            match self.opening.open_by_key().await {
                Ok(link) => {
                    let mut kept = place.link.lock();
                    // One that was being opened while all were discarded is from before, too.
                    if self.discarded.load(Acquire) == discarded {
                        *kept = Some(link.clone());
                        return Ok(link);
                    }
                }
                Err(error) => {
                    place.failures.fetch_add(1, Relaxed);
                    return Err(error);
                }
            }
        }
    }

    /// Takes all connections out of use: whoever asks for one from now on is given one that was opened after this.
    pub(super) fn discard_all(&self) {
        self.discarded.fetch_add(1, Release);
        for place in &self.places {
            *place.link.lock() = None;
        }
    }

    /// Takes a connection out of use: its state is not known, or not wanted.
    pub(super) fn discard(&self, gone: &Arc<Link>) {
        for place in &self.places {
            let mut link = place.link.lock();
            if link.as_ref().is_some_and(|link| Arc::ptr_eq(link, gone)) {
                *link = None;
            }
        }
    }
}
