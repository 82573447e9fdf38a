//! Forward-auth: a proxy asks for each request who it is from, and whether that is enough for what stands behind the proxy.

pub mod demand;
pub mod groups;
pub mod verify;
