//! Facts in memory: what verdicts rest on, in front of the database (ARCHITECTURE.md, Facts in memory).
//!
//! An entry is what one read returned, with the position that the order of changes had before it. It is used only while no row that it
//! was made of has changed since, and only to say that something lives: whatever is dead by it, for whatever cause, is asked of the
//! database. The verdict is the engine's, as for what the database returns.

mod accounts;
mod api_keys;
mod asked_by;
mod changes;
mod clients;
mod fact;
mod facts;
mod grants;
mod memory;
#[cfg(test)]
mod samples;
mod sessions;
mod shared;

pub(crate) use self::asked_by::AskedBy;
pub(crate) use self::changes::Position;
pub(crate) use self::clients::KnownClient;
pub use self::fact::{FACT_TABLES, FactKind, FactTable};
pub(crate) use self::fact::{Fact, number_of_uid};
pub(crate) use self::facts::Live;
pub use self::facts::LiveStats;
pub(crate) use self::grants::KnownGrant;
pub(crate) use self::memory::{Entry, Known};
pub(crate) use self::sessions::KnownSession;
