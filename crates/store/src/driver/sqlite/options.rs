//! Where the database is and how much of everything it may take.

use std::path::PathBuf;
use std::time::Duration;

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// This file, created (mode 0600) where missing; its directory must exist. `<file>.lock`, `-wal` and `-shm` appear beside it.
    File(PathBuf),
    /// A private directory, in memory where the system has one there, removed when the store is dropped.
    Temporary,
}

/// How much of everything. [`Options::default`] suits a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Ordinary commands that may wait for the writer.
    pub queue_capacity: usize,
    /// Commands of [`WriteClass::End`] that may wait for the writer, beside the ordinary ones.
    pub end_capacity: usize,
    /// Most commands in one transaction; at least 2.
    pub batch_max: usize,
    /// Threads of [`Sqlite::read`]; at least 1.
    pub reader_threads: usize,
    /// Reads that may wait for such a thread.
    pub read_queue_capacity: usize,
    /// Idle connections that are kept open for [`Sqlite::read_here`].
    pub idle_readers: usize,
    /// Page cache of the writer, in KiB; taken as it is needed.
    pub writer_cache_kib: u32,
    /// Page cache of each reader, in KiB; taken as it is needed.
    pub reader_cache_kib: u32,
    /// How much of the file each reader may map, in bytes. 0 by default: an I/O error on a mapped page kills the process.
    pub reader_mmap_bytes: u32,
    /// How long to wait for a lock that something outside this store holds.
    pub busy_timeout: Duration,
    /// Pages (of 4 KiB) in the write-ahead log that call for a checkpoint; at a quarter more the writer is made to wait for one.
    pub checkpoint_pages: u64,
    /// How much memory the facts in front of the database may take, in bytes; 0: none are kept.
    pub live_max_bytes: u64,
    /// How often to look whether so little is written that a log which has grown may be emptied.
    pub rest_after: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            queue_capacity: 4096,
            end_capacity: 2048,
            batch_max: 512,
            reader_threads: 2,
            read_queue_capacity: 1024,
            idle_readers: 16,
            writer_cache_kib: 16 * 1024,
            reader_cache_kib: 4 * 1024,
            reader_mmap_bytes: 0,
            busy_timeout: Duration::from_secs(5),
            checkpoint_pages: 65_536,
            live_max_bytes: 64 << 20,
            rest_after: Duration::from_secs(10),
        }
    }
}
