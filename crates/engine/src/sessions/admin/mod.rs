//! Other people's sessions: who may see and end which.

mod caller;
pub mod end;
pub mod end_tenant;
pub mod get;
pub mod list;
pub mod scope;
pub mod statistics;

use crate::ids::{SessionNumber, SessionUid};

pub use crate::directory::reach::{OutOfReach, Reach};
pub use caller::{AdminRefusal, SessionAdmin, SessionEnder};

/// A session that was ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RevokedSession {
    pub number: SessionNumber,
    pub uid: SessionUid,
}

/// What was ended.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Revoked {
    /// Exactly how many.
    pub count: u64,
    /// Which; of a whole tenant only the newest.
    pub sessions: Vec<SessionUid>,
}
