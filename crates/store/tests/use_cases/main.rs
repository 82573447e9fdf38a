//! The engine's use cases over a real database: what each promises, one file per use case.

#![allow(clippy::unwrap_used, reason = "a test, its fixtures included, fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "a test reads the files and starts the tasks that it is about")]

mod accounts;
mod activity;
mod api_keys;
mod api_keys_at_rest;
mod apply;
mod apply_ends;
mod archived;
mod audit_chain;
mod audit_retention;
mod audit_trail;
mod browser;
mod cap;
mod close;
mod corrupt_rows;
mod crash;
mod distrusted_clock;
mod end_finality;
mod facts;
mod get;
mod identity_providers;
mod list;
mod list_walk;
mod lockout;
mod log_out;
mod mass_ends;
mod metadata;
#[expect(dead_code, reason = "of three processes more is asked")]
mod model;
mod naming;
mod one_writer;
mod place;
mod refusal_costs;
mod refused_trail;
mod restored;
mod secrets_at_rest;
mod set_expiry;
mod sign_in;
mod statistics;
mod tenant_closed;
mod touch_storm;
mod upkeep;
mod users_with_sessions;
mod validate;
mod world;
