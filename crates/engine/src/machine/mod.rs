//! Machine identities: who calls without being a person.

pub mod client_application;
pub mod client_assertion;
