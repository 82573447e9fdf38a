//! The binary `cloakroom`: configuration, command line, HTTP kit and background tasks around the engine.

#![cfg_attr(
    test,
    allow(
        clippy::disallowed_methods,
        clippy::unwrap_used,
        reason = "a unit test starts tasks, reads its own files and fails by panicking"
    )
)]

pub mod api;
pub mod bench;
pub mod boot;
pub mod cli;
pub mod config;
pub mod control;
pub mod directory_file;
pub mod failure;
pub mod guides;
pub mod http;
pub mod identity_providers;
pub mod jose;
pub mod listen;
pub mod logging;
pub mod mail;
pub mod metrics;
pub mod nearest;
pub mod outbound;
pub mod report;
pub mod router;
pub mod tasks;
pub mod version;
pub mod web;
