//! `/api/v1/me…`: who calls.

pub mod change_password;
pub mod get;
pub mod update;
