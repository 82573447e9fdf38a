//! A user's own account under `/api/v1`: profile, password, and what mails prove.

pub mod auth;
mod error;
pub mod me;
pub mod openapi;
mod wire;
