//! Identity providers as rows.

pub(crate) mod read;
