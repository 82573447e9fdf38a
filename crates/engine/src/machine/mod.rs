//! Machine identities: who calls without being a person, and what their owners do with them.

pub mod api_keys;
pub mod client_application;
pub mod client_assertion;
pub(crate) mod cursor;
pub mod org_owner;
pub mod owned_client;
pub mod service_accounts;
pub mod store;
pub mod verdict;
