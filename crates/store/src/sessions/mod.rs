//! Sessions as rows. Each file holds the transactions of one thing that happens to them.

pub(crate) mod create;
pub(crate) mod end;
pub(crate) mod list;
pub(crate) mod snapshot;
pub(crate) mod upkeep;
