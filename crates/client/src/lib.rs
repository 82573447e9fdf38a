#![doc = include_str!("../README.md")]
#![deny(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a unit test fails by panicking"))]

pub mod account;
pub mod audit;
mod auth;
pub mod authenticated_sessions;
mod client;
mod clock;
mod credentials;
pub mod directory;
mod error;
pub mod oauth;
pub mod operations;
mod request;
mod retry;
mod secret;
pub mod session_storage;
pub mod sessions;
pub mod user_tokens;
pub mod usm;
mod v1;

pub use auth::{Auth, AuthOptions, ClientCredentials};
pub use client::{Client, ClientBuilder};
pub use clock::{Clock, SystemClock, Waiting};
pub use credentials::Credentials;
pub use error::{Error, Refused, Result};
pub use retry::RetryPolicy;
pub use secret::Secret;
pub use user_tokens::TokenPair;
pub use v1::{Page, PageNumber, Patch};
