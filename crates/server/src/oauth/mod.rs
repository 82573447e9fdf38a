//! The standard protocols over the same sessions. One file per RFC.

pub mod encryption;
pub mod jwks;
pub mod jwt;
pub mod openapi;
