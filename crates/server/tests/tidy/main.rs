//! The rules of the source tree, each an assertion: `cargo test -p cloakroom-server --test tidy`.
//!
//! Every rule is a function from a file's facts to violations, so that it can be fed a snippet that breaks it: each has a second
//! test that proves it can fail. What is exempt stands in `allow.rs`, with a reason, and only shrinks.

#![allow(clippy::unwrap_used, reason = "a test, its fixtures included, fails by panicking")]

mod allow;
mod ambient;
mod circles;
mod cited;
mod engine_calls;
mod handlers;
mod layering;
mod manifests;
mod modules;
mod names;
mod paths;
mod ports;
mod published;
mod reading;
mod resolving;
mod sizes;
mod source;
mod surfaces;
mod tokens;
mod tree;
