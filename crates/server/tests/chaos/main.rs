//! Three processes over one PostgreSQL under mixed load, while processes are killed and paused, connections are cut and the
//! database goes away: no ended session is valid after the acknowledgement, and nothing that was acknowledged is lost.
//!
//! 30 seconds of it, or `CLOAKROOM_CHAOS_SECONDS`, with the seed `CLOAKROOM_CHAOS_SEED`; `scripts/chaos` runs it for longer.
//! Callers write down what they asked for and were told (`history.rs`); afterwards `checker.rs` and `trail.rs` judge that, and
//! know nothing of the product. That they can find a fault is shown on servers that have one.

#![allow(clippy::unwrap_used, reason = "a test, its fixtures included, fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "these tests are about processes, their callers and the time that passes")]

mod caller;
mod checker;
#[path = "../support/database.rs"]
mod database;
mod dice;
mod disturbance;
mod doors;
mod history;
mod load;
mod refreshing;
mod runs;
mod stage;
mod stale;
#[path = "../support/process/mod.rs"]
#[allow(dead_code, unused_imports, reason = "made for more tests than these")]
mod support;
mod trail;
mod wire;
