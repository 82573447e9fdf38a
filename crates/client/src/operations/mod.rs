//! Health, numbers and the documents that describe all of it.

mod calls;
mod server_clock;

pub use calls::{Document, NotReady, Operations};
pub use server_clock::ServerClock;
