//! `/api/v1/admin/partners/…`

pub mod change;
pub mod create;
pub mod get;
pub mod list;
pub mod remove;
mod wire;
