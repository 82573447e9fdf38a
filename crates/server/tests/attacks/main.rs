//! Whoever has no credential stops nobody: under each attack from one address, honest callers at another are answered, an end takes
//! effect soon, and memory stays bounded.
//!
//! 30 seconds in all, or `CLOAKROOM_ATTACKS_SECONDS`; `scripts/attacks` runs it for longer. `CLOAKROOM_RELEASE_BIN` names the optimised
//! binary, which is what the bounds of time are about; of another one only what no machine excuses is judged.

#![allow(clippy::unwrap_used, reason = "a test, its fixtures included, fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "these tests are about processes, their callers and the time that passes")]

mod bodies;
mod elsewhere;
#[path = "../support/frames.rs"]
#[allow(dead_code, reason = "made for more tests than these")]
mod frames;
mod honest;
mod runs;
mod scene;
mod secrets;
mod sign_ins;
#[path = "../support/process/mod.rs"]
#[allow(dead_code, unused_imports, reason = "made for more tests than these")]
mod support;
mod tokens;
mod windows;
