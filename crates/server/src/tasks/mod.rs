//! The background tasks and thread pools.

mod fair_queue;
pub mod hashing;
pub mod log_lines;
mod logouts;
pub mod overdue;
pub mod pooled_hashing;
pub mod pooled_recognition;
pub mod stop;
pub mod upkeep;
