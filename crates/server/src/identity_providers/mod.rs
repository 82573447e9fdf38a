//! Speaking to identity providers of others (OpenID Connect Core 1.0, Discovery 1.0, Back-Channel Logout 1.0).
//!
//! Signatures are verified by the library that verifies everything else here. The crate `openidconnect` would bring two more
//! implementations of every curve, one of RSA that has an open advisory (RUSTSEC-2023-0071), and `chrono`, which `deny.toml` refuses.
//!
//! Whatever a provider says is doubted: its documents and answers are bounded by [`Outbound`](crate::outbound::Outbound), which also judges
//! where they lead; what is kept of one provider (`known.rs`) is bounded in size and time, and only so many requests to one wait at a time,
//! so that a slow one keeps nobody else waiting.

mod answers;
pub mod claims;
pub mod key_set;
mod known;
mod metadata;
mod protocol;
pub mod signed;

pub use protocol::IdentityProviders;
