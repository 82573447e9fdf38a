//! Signing in through identity providers of others (OpenID Connect Core 1.0): who somebody is says the provider, who that is here says the
//! identity, which is an issuer and a subject and never an address (docs/contracts/browser.md).

pub mod admission;
mod client;
pub mod log_out;
pub mod offered;
pub mod protocol;
mod refusals;
pub mod sign_in;
pub mod start;
pub mod store;
pub mod trade;
