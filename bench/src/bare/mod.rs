//! What a database gives without the store: the statements of the store, run by something that knows nothing else.

pub(crate) mod pgbench;
pub(crate) mod postgres;
pub(crate) mod sqlite;
mod statements;
pub(crate) mod writer;
