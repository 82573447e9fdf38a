//! Health, numbers and the documents that describe all of it.

mod calls;
mod document;
mod server_clock;

pub use calls::{NotReady, Operations};
pub use document::Document;
pub use server_clock::ServerClock;
