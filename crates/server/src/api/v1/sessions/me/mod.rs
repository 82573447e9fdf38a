//! `/api/v1/me/sessions…`: the caller's own.

pub mod list;
pub mod revoke;
pub mod revoke_all;
