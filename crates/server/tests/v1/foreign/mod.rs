//! What is another's looks like what does not exist (P4).

mod operations;
mod parameters;
