//! The directory over HTTP: `/api/v1/admin/…` (docs/contracts/directory.md).

pub mod applications;
pub mod caller;
mod decode;
pub mod error;
pub mod openapi;
pub mod partners;
pub mod tenants;
pub mod users;
