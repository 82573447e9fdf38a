//! `/usm/session/…`: sessions from birth to archive.

pub mod close;
pub mod create;
pub mod get;
pub mod list;
pub mod logout_everywhere;
pub mod logout_other_devices;
pub mod validate;
pub(super) mod wire;
