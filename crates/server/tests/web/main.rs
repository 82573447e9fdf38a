//! What browsers see, from outside and in one process, against docs/contracts/browser.md.

#![allow(clippy::unwrap_used, reason = "a test, its fixtures included, fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "on which database a test runs, the environment says")]

#[allow(dead_code, unused_imports, reason = "made for more suites than one")]
#[path = "../support/in_process/mod.rs"]
mod support;

#[allow(dead_code, reason = "made for more suites than one")]
#[path = "../support/mailbox.rs"]
mod mailbox;
#[path = "../support/pages.rs"]
mod pages;

mod account;
mod browser;
mod console;
mod forgery;
mod forward_auth;
mod leaving;
mod looks;
mod mailed;
mod passwords;
mod renewal;
mod returning;
mod rp_logout;
mod screens;
mod signing_in;
