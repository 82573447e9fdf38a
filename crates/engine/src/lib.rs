//! What a session is and what may happen to it. No HTTP, no SQL, no files, no wall clock.

pub mod account;
pub mod audit;
pub mod callers;
pub mod clock;
pub mod cursor;
pub mod directory;
pub mod engine;
pub mod entropy;
pub mod error;
pub mod federation;
pub mod forward_auth;
pub mod hex;
pub mod ids;
pub mod keys;
mod label;
pub mod machine;
pub mod openid;
pub mod page;
pub mod policy;
pub mod secret;
pub mod sessions;
pub mod store;
mod text62;
pub mod tokens;

pub use engine::{Engine, Parts};
pub use error::EngineError;
