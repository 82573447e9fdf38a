//! `/api/v1/admin/users/…`

pub mod add_email;
pub mod change;
pub mod change_email_status;
pub mod change_status;
pub mod create;
pub mod get;
pub mod list;
pub mod make_email_primary;
pub mod remove;
pub mod remove_email;
pub mod reset_password;
mod wire;
