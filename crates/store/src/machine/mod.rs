//! Machine identities as rows.

pub(crate) mod api_keys;
pub(crate) mod clients;
pub(crate) mod orgs;
pub(crate) mod service_accounts;

pub(crate) use clients::by_number;
