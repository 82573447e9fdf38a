//! Sessions of others: who may see and end which.

pub mod end;
pub mod end_chosen;
pub mod end_tenant;
pub mod export;
pub mod get;
pub mod life;
pub mod list;
pub mod scope;
pub mod search;
pub mod statistics;

use crate::ids::SessionUid;

/// What was ended.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Revoked {
    /// Their exact number.
    pub count: u64,
    /// Their ids; of a whole tenant only the newest.
    pub sessions: Vec<SessionUid>,
}
