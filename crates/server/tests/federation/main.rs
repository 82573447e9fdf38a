//! Log-in through identity providers from outside and in one process (docs/contracts/browser.md, Log-in through identity providers): the
//! provider is one of the test, on a port of its own, and says whatever the test wants.

#![allow(clippy::unwrap_used, reason = "a test, its fixtures included, fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "the pretended provider is a task; on which database a test runs, the environment says")]

#[path = "../web/browser.rs"]
#[allow(dead_code, reason = "it serves the tests of pages, too")]
mod browser;
#[path = "../support/in_process/mod.rs"]
#[allow(dead_code, unused_imports, reason = "made for more suites than one")]
mod support;

mod binding;
mod hostile;
mod keys;
mod linking;
mod logout;
mod memberships;
mod offering;
mod pretender;
mod scene;
mod signing_in;
mod trading;
