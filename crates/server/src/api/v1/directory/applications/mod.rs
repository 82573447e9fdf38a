//! `/api/v1/admin/applications/…`

pub mod add_secret;
pub mod change;
pub mod create;
pub mod get;
pub mod list;
pub mod list_secrets;
pub mod remove;
pub mod remove_secret;
mod wire;
