//! The trail as rows: appending to it, reading it, sealing it, minimising it.

mod append;
pub(crate) mod chain;
pub(crate) mod list;
pub(crate) mod minimise;
mod row;

pub(crate) use append::{APPEND, append, detail_text};
