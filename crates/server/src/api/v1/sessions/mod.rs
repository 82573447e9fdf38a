//! The sessions API, fourteen endpoints: `/api/v1/…` (docs/contracts/v1_sessions.md). A user's own sessions under `me`, those of others
//! under `tenants/{tenant_id}` and `admin`, as far as the caller's role reaches.

pub mod admin;
pub mod me;
pub mod openapi;
pub mod tenants;
mod wire;
