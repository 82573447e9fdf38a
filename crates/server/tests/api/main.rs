//! The routes from outside, in one process, against docs/contracts/usm.md: one file per route, mirroring the URLs, and one per rule
//! that crosses them.

#![allow(clippy::unwrap_used, reason = "a test, its fixtures included, fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "what a test sends at once runs in tasks that it waits for")]

#[path = "../support/in_process/mod.rs"]
mod support;

mod counted;
mod docs;
mod headers;
mod oauth;
mod session_storage;
mod user;
mod usm {
    mod api_key {
        mod create;
        mod deaths;
        mod list;
        mod markers;
        mod owner_keys;
        mod policy_set;
        mod validate;
    }
    mod bad_input;
    mod callers;
    mod description;
    mod envelope;
    mod lifecycle;
    mod org_callers;
    mod overload;
    mod routes;
    mod service_account {
        mod create;
        mod list;
        mod status;
    }
    mod session {
        mod cap;
        mod close;
        mod create;
        mod cursors;
        mod get;
        mod list;
        mod lockout;
        mod logout;
        mod metadata;
        mod sign_in;
        mod validate;
    }
    mod statuses;
}
