//! What runs beside requests.

pub mod hashing;
pub mod pooled_hashing;
pub mod pooled_recognition;
pub mod stop;
pub mod upkeep;
