//! The binary `cloakroom`: configuration, command line, HTTP kit and background tasks around the engine.

pub mod boot;
pub mod cli;
pub mod config;
pub mod directory;
pub mod http;
pub mod listen;
pub mod logging;
pub mod metrics;
pub mod oauth;
pub mod ops;
pub mod router;
pub mod surfaces;
pub mod tasks;
