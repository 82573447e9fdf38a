//! The directory from outside: the file that `serve --apply` and `apply` read, and `/api/v1/admin/…` (contracts/directory.md).

pub mod applications;
pub mod caller;
mod decode;
pub mod error;
pub mod file;
pub mod openapi;
pub mod partners;
pub mod tenants;
pub mod users;
