//! Whose turn it is to run the background tasks: a lock of a connection, which goes when the connection does.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use tokio::sync::Mutex;

use super::connection::PgConnection;
use super::feed;
use super::link::Link;
use super::links::Opening;
use crate::driver::{DriverError, one};

/// Each background task asks at each of its ticks, so this is some seconds.
const TURNS_BETWEEN_TRIMS: u64 = 64;

/// Held at most once among all processes of a database.
pub(super) struct Turn {
    opening: Opening,
    patience: Duration,
    /// The connection that asks, and whether it holds the lock.
    asking: Mutex<Option<(Arc<Link>, bool)>>,
    /// How often it was held.
    held: AtomicU64,
}

impl Turn {
    pub(super) fn new(opening: Opening, patience: Duration) -> Self {
        Self { opening, patience, asking: Mutex::default(), held: AtomicU64::new(0) }
    }

    /// Takes the turn if no process has it. The process that has it checks that its connection, and so the lock, still exists, and now
    /// and then lets old changes of facts go.
    pub(super) async fn held(&self) -> Result<bool, DriverError> {
        let mut asking = self.asking.lock().await;
        let (link, held) = match asking.take() {
            Some((link, held)) if !link.is_closed() => (link, held),
            _ => (self.opening.open().await?, false),
        };
        let sql = if held { "SELECT 1 = 1" } else { "SELECT pg_try_advisory_lock(1129073490, 3)" };
        // A connection that fails is forgotten: whether its lock was let go is not known, and the next one asks anew.
        let mut conn = PgConnection::patient(link.clone(), self.patience);
        let held = one::<bool>(&mut conn, sql, &[]).await?.unwrap_or(false);
        if held && self.held.fetch_add(1, Relaxed).is_multiple_of(TURNS_BETWEEN_TRIMS) {
            feed::trim(&mut conn).await?;
        }
        *asking = Some((link, held));
        Ok(held)
    }

    /// Lets it go.
    pub(super) fn close(&self) {
        if let Ok(mut asking) = self.asking.try_lock() {
            *asking = None;
        }
    }
}
