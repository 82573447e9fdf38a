//! Machine identities: who calls without being a person, and what their owners do with them.

pub mod api_keys;
pub mod application;
pub mod assertion_fault;
pub mod client_assertion;
mod client_proof;
pub mod client_secret;
pub mod org_owner;
pub mod public_client;
mod refused_callers;
pub mod service_accounts;
pub mod store;
pub mod verdict;
