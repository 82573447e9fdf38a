//! The background tasks and thread pools.

pub mod hashing;
pub mod pooled_hashing;
pub mod pooled_recognition;
pub mod stop;
pub mod upkeep;
