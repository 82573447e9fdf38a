//! The OpenID provider from outside and in one process: applications are let into the sessions of browsers (docs/contracts/browser.md,
//! OpenID provider).

#![allow(clippy::unwrap_used, reason = "a test, its fixtures included, fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "on which database a test runs, the environment says")]

#[path = "../web/browser.rs"]
#[allow(dead_code, reason = "it serves the tests of pages, too")]
mod browser;
#[path = "../support/in_process/mod.rs"]
#[allow(dead_code, unused_imports, reason = "made for more suites than one")]
mod support;

mod attacks;
mod authentication;
mod back_channel;
mod codes;
mod consent;
mod cross_origin;
mod ending;
mod letting_in;
mod prompts;
mod pushing;
mod resources;
mod scene;
mod taking_back;
mod user_info;
