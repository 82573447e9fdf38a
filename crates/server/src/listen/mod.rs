//! Listening: sockets, TLS, the limits of connections, and stopping without losing a request.

mod connections;
mod serving;
#[cfg(test)]
mod tests;

pub use serving::{Bound, Listeners, bind, serve};
