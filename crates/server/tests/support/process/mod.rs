//! The real binary as a child process, and a client that speaks just enough HTTP/1.1 to it.

mod client;
mod server;

pub use client::{Answer, Client};
pub use server::{Finished, Home, Running, dev, mode};
