//! The binary from outside: starting, stopping, dying, and what it leaves behind.

#![allow(clippy::unwrap_used, reason = "a test, its fixtures included, fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "these tests are about processes: files, threads and their end")]

#[path = "../support/process/mod.rs"]
#[allow(dead_code, unused_imports, reason = "made for more tests than these")]
mod support;

#[path = "../support/frames.rs"]
#[allow(dead_code, reason = "made for more tests than these")]
mod frames;

#[path = "../support/places.rs"]
mod places_file;

#[path = "../support/registries.rs"]
mod registries;

mod abandoned;
mod applying;
mod backup;
mod behind_a_proxy;
mod certificates;
mod commands;
mod conformance;
mod crash;
#[path = "../support/database.rs"]
mod database;
mod disconnects;
mod failover;
mod flood;
mod forward_auth;
mod keys;
mod looking_around;
mod lost_answers;
mod mails;
mod places;
mod postgres;
mod quick_start;
mod sealed_backups;
mod secrets;
mod shown;
mod starting;
mod stopping;
mod told;
mod unfinished;
mod unread;
mod untaken;
