//! `/usm/service_account/…`: the machines of an org, managed by its owners.

pub mod create;
pub mod list;
pub mod status;
pub(super) mod wire;
