//! `/api/v1/tenants/{tenant_id}/sessions…`: those born under one tenant.

pub mod get;
pub mod list;
pub mod list_of_user;
pub mod revoke;
pub mod revoke_all;
pub mod revoke_of_user;
pub mod stats;
