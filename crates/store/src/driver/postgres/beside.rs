//! Reads a database while a server runs on it, and changes nothing.

use std::sync::Arc;
use std::thread;

use tokio::runtime::{Builder, Runtime};

use super::link::Link;
use super::reads::on_snapshot;
use super::{Address, Connection, DriverError, OpenError, Options, Work, opening, schema};
use crate::migrate::{self, MigrateError};

/// One reading connection, on a runtime of its own that runs while it reads.
pub struct Beside {
    runtime: Runtime,
    link: Arc<Link>,
}

impl Beside {
    /// Opens a database that has exactly this binary's schema.
    ///
    /// # Errors
    /// See [`OpenError`]. Nothing is created or migrated.
    pub fn open(address: &Address, options: &Options) -> Result<Self, OpenError> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(OpenError::Thread)?;
        let link = aside(|| {
            runtime.block_on(async {
                let link = Link::open(address, options, "", runtime.handle()).await.map_err(|error| address.unreachable(&error))?;
                opening::check(&link, address).await?;
                let refused = |error| OpenError::Schema { address: address.to_string(), error };
                let behind = migrate::plan(migrate::POSTGRES, &schema::recorded(&link).await?).map_err(refused)?;
                match behind.first() {
                    Some(missing) => Err(refused(MigrateError::Behind { missing: missing.version })),
                    None => Ok(link),
                }
            })
        })?;
        Ok(Self { runtime, link })
    }

    /// Reads, all statements from one snapshot.
    ///
    /// # Errors
    /// The work's own, or from the driver.
    pub fn read<T, E, F>(&mut self, work: F) -> Result<T, E>
    where
        F: for<'c> FnOnce(&'c mut dyn Connection) -> Work<'c, T, E> + Send,
        T: Send,
        E: From<DriverError> + Send,
    {
        let Self { runtime, link } = self;
        aside(|| runtime.block_on(on_snapshot(link, None, work)).result)
    }
}

/// On a thread of its own: the caller's may belong to another runtime.
fn aside<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| match scope.spawn(work).join() {
        Ok(done) => done,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}
