//! Measuring this machine: the parts that `cloakroom bench` and the program in bench/ share, and the rows that the former prints.
//!
//! Server, store and callers are in one process, each on threads of its own name, so that CPU time can be told apart. All goes over
//! loopback and into a temporary directory.

#![expect(clippy::disallowed_methods, reason = "a bench reads clocks, starts callers and reads what the kernel tells of its threads")]

pub mod http_client;
pub mod in_process;
pub mod measure;
pub mod people;
mod rows;
pub mod throw_away;
pub mod window;

pub use self::rows::{ROWS, Told, Wanted, introspection, own_sessions, run};

/// Why a measurement failed.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
