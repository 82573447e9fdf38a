//! The commands that ask a server: the real binary against the real binary.

#![allow(clippy::unwrap_used, reason = "a test, its fixtures included, fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "these tests are about processes and their files")]

#[path = "../support/process/mod.rs"]
#[allow(dead_code, unused_imports, reason = "made for more tests than these")]
mod support;

mod administration;
mod completing;
mod doctor;
mod elsewhere;
mod ends;
mod exit_codes;
mod keys;
mod logins;
mod manual;
mod names;
mod pretender;
mod profiles;
mod scene;
mod secrecy;
mod sessions;
mod terminal;
mod usm;
