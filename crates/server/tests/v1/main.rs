//! The sessions API v1 and the authenticated sessions of operators from outside: the whole router over a database of its own, the clock moved by hand.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "a test reads the files of its own database")]

mod across;
mod answers;
mod audit;
mod audit_export;
mod audit_minimised;
mod audit_mutations;
mod audit_retention;
mod audit_trail;
mod audit_verify;
mod authenticated_sessions;
mod callers;
mod cursors;
#[path = "../support/database.rs"]
mod database;
mod directory;
mod email_verification;
mod foreign;
#[path = "../support/gathering.rs"]
mod gathering;
#[path = "../support/server.rs"]
mod in_process;
mod judged_again;
mod machines;
#[path = "../support/mailbox.rs"]
mod mailbox;
mod mutations;
mod own_account;
#[path = "../support/pages.rs"]
mod pages;
mod paging;
mod password_reset;
mod passwords;
#[path = "../support/places.rs"]
mod places;
mod refused_callers;
mod refused_sign_ins;
mod server;
mod smtp;
mod tenant_end;
#[path = "../support/vouching.rs"]
mod vouching;
mod whence;
