//! The binary `cloakroom`: configuration, command line, HTTP kit and background tasks around the engine.

pub mod config;
pub mod http;
pub mod metrics;
