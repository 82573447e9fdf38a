//! `/auth/verify`: what proxies ask for each request (docs/contracts/browser.md, Forward-auth).

pub mod answers;
mod credential;
mod question;
mod refusal;
mod sign_in;
pub mod verify;

/// Where proxies ask.
pub const PATH: &str = "/auth/verify";
