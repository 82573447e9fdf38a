//! `/usm/api_key/…`: what service accounts prove themselves with. Owners of the org make and end keys; whoever holds one validates.

pub mod create;
pub mod list;
pub mod policy_set;
pub mod revoke;
pub mod revoke_all;
pub mod revoke_all_org;
pub mod validate;
pub(super) mod wire;
