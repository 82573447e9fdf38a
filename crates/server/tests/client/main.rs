//! The Rust client against the whole router, over sockets, the clock of both moved by hand.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "a test serves, and sends many things at once, in tasks that it waits for")]

mod calls;
mod coverage;
#[path = "../support/database.rs"]
mod database;
#[path = "../support/gathering.rs"]
#[allow(dead_code, reason = "made for more tests than these")]
mod gathering;
#[path = "../support/server.rs"]
mod in_process;
#[path = "../support/mailbox.rs"]
#[allow(dead_code, reason = "made for more tests than these")]
mod mailbox;
mod proxy;
mod refusals;
#[path = "../v1/server.rs"]
#[allow(dead_code, reason = "made for more tests than these")]
mod server;
mod serving;
mod sessions_of_tokens;
#[path = "../support/vouching.rs"]
mod vouching;
