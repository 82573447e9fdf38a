//! The trail as rows: appending to it, reading it, sealing it, minimising it.

mod append;
pub(crate) mod chain;
pub(crate) mod checkpoint;
pub(crate) mod list;
pub(crate) mod minimise;
pub(crate) mod retire;
mod row;

pub(crate) use append::{APPEND, append, append_all, detail_text};
