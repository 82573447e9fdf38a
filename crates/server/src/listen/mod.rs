//! Listening: sockets, TLS, the limits of connections, and stopping without losing a request.

mod accepting;
mod connections;
mod message;
mod on_connection;
mod serving;
#[cfg(test)]
mod tests;
mod tls;

pub use accepting::ListenMetrics;
pub use connections::ConnectionLimits;
pub use on_connection::Served;
pub use serving::{Bound, Listeners, bind, serve};
pub use tls::{Tls, TlsProblem};
