//! The cross-surface matrix: a session is one thing. Born on any surface, it is seen on every list that may show it; ended on any
//! surface, it is dead on all of them at once, its tokens with it, and every surface says why in its own words.
//!
//! The cells are births × ends; in each, every probe and every list is asked before the end, after it, once more when the
//! background tasks have run, and again when what ended it was taken back. What the answers must be stands in the contracts.
//!
//! A new route that shows or ends a session fails `classified.rs` until it is in here: one line there, and for an end one entry in
//! `ends.rs`, for a list one call in `lists.rs`, for a check one in `probes.rs`.

#![allow(clippy::unwrap_used, reason = "a test, its fixtures included, fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "cells run in tasks that the test waits for")]

mod births;
mod cells;
mod classified;
mod ends;
mod lists;
#[path = "../support/mailbox.rs"]
#[expect(dead_code, reason = "here every mail arrives")]
mod mailbox;
#[path = "../support/pages.rs"]
mod pages;
mod people;
mod performing;
mod probes;
mod reasons;
#[path = "../support/in_process/mod.rs"]
#[allow(dead_code, unused_imports, reason = "it serves the tests of single routes, too")]
mod support;
mod two_processes;
mod viewers;
#[path = "../support/vouching.rs"]
mod vouching;
mod world;
