//! How much of everything, and how long anything may take.

use std::time::Duration;

/// How much of everything. [`Options::default`] suits a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Ordinary commands that may wait for the writer.
    pub queue_capacity: usize,
    /// Commands of [`WriteClass::End`](crate::driver::WriteClass::End) that may wait for the writer, beside the ordinary ones.
    pub end_capacity: usize,
    /// Most commands in one transaction; at least 2. While one runs, every other process waits to write: so not too many.
    pub batch_max: usize,
    /// Connections that point reads share, pipelined; at least 1. Beside them there is one for writes.
    pub read_connections: usize,
    /// Most connections for reads of several statements, one read at a time on each; at least 1. Opened as they are needed.
    pub snapshot_connections: usize,
    /// Reads that may wait for such a connection.
    pub snapshot_queue_capacity: usize,
    /// How much memory the facts in front of the database may take, in bytes; 0: none are kept, and nothing is asked about them.
    pub live_max_bytes: u64,
    /// After this, connecting to a host has failed.
    pub connect_timeout: Duration,
    /// After this, PostgreSQL cancels a statement.
    pub statement_timeout: Duration,
    /// After this, PostgreSQL no longer waits for a lock: another process writes, or an administrator holds a table. Longer than
    /// `idle_timeout`, so that one process that was paused while it wrote fails no command of another.
    pub lock_timeout: Duration,
    /// After this time PostgreSQL ends the transaction of a process that was paused or cut off.
    pub idle_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            queue_capacity: 4096,
            end_capacity: 2048,
            batch_max: 128,
            read_connections: 2,
            snapshot_connections: 2,
            snapshot_queue_capacity: 1024,
            live_max_bytes: 64 << 20,
            connect_timeout: Duration::from_secs(4),
            statement_timeout: Duration::from_secs(10),
            lock_timeout: Duration::from_secs(8),
            idle_timeout: Duration::from_secs(4),
        }
    }
}
