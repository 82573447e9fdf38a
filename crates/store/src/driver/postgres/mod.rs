//! The PostgreSQL driver: one writer at a time, point reads pipelined over few connections, other reads each from one snapshot.
//!
//! # Who writes
//!
//! Every transaction of this crate was written for a database with one writer: it reads, decides, and writes what it decided. The cap
//! counts a user's open sessions before it adds one; a refresh token is judged with its session before it is replaced; a birth reads
//! the epochs and the statuses that it stands on; keys and seals are changed "if they are still what they were"; `session_counts` is
//! added to; the trail's sequence is the order of commits, which seals, lists and exports rely on; epochs are stamped by session
//! number up to a mark. Locking the rows of each (the user, every scope above, the counts, the marks) would serialise most of them
//! anyway: all births under one tenant meet in one row of `session_counts`, and hold it until their commit is on disk.
//!
//! So there is one writer here as well: whoever holds an advisory lock of the database, taken as the first statement of a transaction
//! and let go by its end, after what it did is visible. Commands that have queued share a transaction, as on SQLite: what a commit
//! costs is paid once for all of them, and processes take turns batch by batch, in the order in which they asked. Where one of them
//! fails, the transaction is run again with a savepoint for each. A write costs its round trips, so statements whose answer nobody
//! needs are sent without a wait (`Connection::change`). `READ COMMITTED` is enough: each statement sees everything that was
//! committed before the lock was given. No transaction of ours meets another, so serialisation failures and deadlocks come only from
//! people at the same tables; those transactions run again.
//!
//! A process that is paused while it holds the lock holds up the others until PostgreSQL ends its idle transaction
//! ([`Options::idle_timeout`]); they wait longer than that ([`Options::lock_timeout`]).
//!
//! A second lock, of a connection rather than of a transaction, says whose turn it is to run the background tasks. It moves when
//! that connection ends, whichever way. Two processes may for a moment both think that it is theirs; their batches are transactions
//! like any others, and none of them minds being run twice.
//!
//! # What is known of a commit
//!
//! Until `COMMIT` is sent, whatever goes wrong means that nothing happened: a lost connection or a conflict then runs the batch
//! again. Once it is sent, only its answer tells. None, one with a warning (the standby that should have confirmed it did not) and
//! the end of the connection are [`DriverError::OutcomeUnknown`]. An error that PostgreSQL reports and survives is a rollback.
//!
//! # What may be answered from memory
//!
//! Facts in memory (`live/`) are used only after `read_index.rs` has learnt what was committed before the request. Who changes
//! a row of a table of facts is not asked to say so: triggers do (migration 18), for this process as for any other and for people with
//! SQL. Each stripe (a user's number modulo 16; one more for what is nobody's own) has a counter, `fact_heads`. A transaction takes
//! its next position and holds its lock until the commit, so a position that is visible has everything before it visible, too. That is
//! what a sequence would not give: its numbers are given before the commit, and a lower one may become visible after a higher one.
//!
//! The answer is worth something only if it comes from where commits are made. The question therefore has a connection of its own,
//! and nothing that was learnt by an earlier one counts: memory is emptied, and the connections by which it is filled are opened anew.
//! A pause is no danger: the question is sent after the request has come, and what a paused server answers later was true when it was
//! read, after the question was sent. A primary that was replaced and still answers is the business of whoever replaces it, as for
//! every other read.

mod address;
mod beside;
mod connection;
mod database;
mod failure;
mod feed;
mod link;
mod links;
mod open_error;
mod opening;
mod options;
mod read_index;
mod reads;
mod schema;
mod tls;
mod turn;
mod writer;

use super::{Connection, DriverError, Work};

pub use self::address::Address;
pub use self::beside::Beside;
pub use self::database::Postgres;
pub use self::open_error::OpenError;
pub use self::options::Options;
pub(crate) use self::writer::LOCK;
