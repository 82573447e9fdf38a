//! `/api/v1/admin/sessions/…`: every session within the caller's reach.

pub mod get;
pub mod list;
pub mod revoke;
pub mod revoke_all;
