//! The engine's use cases over PostgreSQL: the tests of `use_cases`, each in a database of its own, but for those that look into
//! the files of SQLite.

#![allow(clippy::unwrap_used, reason = "a test, its fixtures included, fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "a test reads the files and starts the tasks that it is about")]

#[path = "../support/cluster.rs"]
mod cluster;
mod facts_of_others;
mod place;
mod schema;
mod three_processes;
mod touches_of_others;

#[path = "../use_cases/world.rs"]
mod world;

#[path = "../use_cases/accounts.rs"]
mod accounts;
#[path = "../use_cases/activity.rs"]
mod activity;
#[path = "../use_cases/api_keys.rs"]
mod api_keys;
#[path = "../use_cases/apply.rs"]
mod apply;
#[path = "../use_cases/apply_ends.rs"]
mod apply_ends;
#[path = "../use_cases/archived.rs"]
mod archived;
#[path = "../use_cases/audit_retention.rs"]
mod audit_retention;
#[path = "../use_cases/audit_trail.rs"]
mod audit_trail;
#[path = "../use_cases/browser.rs"]
mod browser;
#[path = "../use_cases/cap.rs"]
mod cap;
#[path = "../use_cases/close.rs"]
mod close;
#[path = "../use_cases/crash.rs"]
mod crash;
#[path = "../use_cases/distrusted_clock.rs"]
mod distrusted_clock;
#[path = "../use_cases/end_finality.rs"]
mod end_finality;
#[path = "../use_cases/facts.rs"]
mod facts;
#[path = "../use_cases/get.rs"]
mod get;
#[path = "../use_cases/identity_providers.rs"]
mod identity_providers;
#[path = "../use_cases/list.rs"]
mod list;
#[path = "../use_cases/list_walk.rs"]
mod list_walk;
#[path = "../use_cases/lockout.rs"]
mod lockout;
#[path = "../use_cases/log_out.rs"]
mod log_out;
#[path = "../use_cases/mass_ends.rs"]
mod mass_ends;
#[path = "../use_cases/metadata.rs"]
mod metadata;
#[path = "../use_cases/model/mod.rs"]
mod model;
#[path = "../use_cases/naming.rs"]
mod naming;
#[path = "../use_cases/one_writer.rs"]
mod one_writer;
#[path = "../use_cases/refusal_costs.rs"]
mod refusal_costs;
#[path = "../use_cases/refused_trail.rs"]
mod refused_trail;
#[path = "../use_cases/restored.rs"]
mod restored;
#[path = "../use_cases/set_expiry.rs"]
mod set_expiry;
#[path = "../use_cases/sign_in.rs"]
mod sign_in;
#[path = "../use_cases/tenant_closed.rs"]
mod tenant_closed;
#[path = "../use_cases/upkeep.rs"]
mod upkeep;
#[path = "../use_cases/users_with_sessions.rs"]
mod users_with_sessions;
#[path = "../use_cases/validate.rs"]
mod validate;
