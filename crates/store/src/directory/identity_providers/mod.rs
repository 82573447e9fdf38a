//! Identity providers as rows.

mod apply;
pub(crate) mod read;
pub(super) mod write;

pub(super) use apply::apply;
