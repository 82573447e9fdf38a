//! What runs beside requests.

pub mod hashing;
pub mod stop;
