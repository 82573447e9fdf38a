//! Requests to servers of others, at addresses that others chose: an identity provider's, an application's.
//!
//! Whoever writes such an address could have this server ask its own neighbours in their place. So an address is asked only where it can
//! be reached from everywhere, or where the configuration says so (`public.rs`); what a name leads to is judged when the connection is
//! made, and nowhere before, so that it cannot lead elsewhere a moment later (`names.rs`). Nothing is followed, and an answer is bounded
//! in bytes and time (`client.rs`).

mod cause;
mod client;
mod logout;
mod names;
mod public;

pub use cause::{Cause, cause};
pub use client::{Limits, Outbound, Unreached};
pub use public::Reachable;
