//! Tokens from end to end: the engine over a real database with the real cryptography, the surface, and clients of others.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test, its fixtures included, fails by panicking, and it starts its own tasks and reads its own files"
)]

#[path = "../support/registries.rs"]
mod registries;

mod anonymous;
mod changed_settings;
mod claims;
mod clients;
mod console;
#[path = "../support/database.rs"]
mod database;
mod ending;
mod forgeries;
mod grants;
mod hostile;
mod id_tokens;
#[path = "../support/server.rs"]
mod in_process;
mod key_rotation;
mod key_secrecy;
mod lifetime;
mod login;
mod over_http;
mod own_list;
mod own_tokens;
mod provider_secrets;
mod providers;
mod rates;
mod reading;
mod replay;
mod revoking;
mod rotation;
mod scene;
mod serving;
mod signing_in;
mod unknown_clients;
