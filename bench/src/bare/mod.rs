//! What everything stands on, without Cloakroom: the statements of the store run by something that knows nothing else, HTTP that does
//! nothing, and Redis.

pub(crate) mod disk;
pub(crate) mod hyper;
pub(crate) mod pgbench;
pub(crate) mod postgres;
pub(crate) mod redis;
pub(crate) mod sqlite;
mod statements;
pub(crate) mod writer;
