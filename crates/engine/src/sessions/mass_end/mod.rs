//! Ending all sessions that a filter selects: asked for once, done in batches, from the newest to the oldest, by whichever process does the
//! background work. It is kept with how far it has come, so that a restart only interrupts it; and whoever asked must still be allowed to,
//! batch for batch.

pub mod ask;
pub mod list;
pub mod run;
pub mod store;

use super::searching::SessionFilter;
use crate::audit::RequestOrigin;
use crate::callers::Reach;
use crate::clock::Timestamp;
use crate::cursor::Place;
use crate::ids::{MassEndNumber, MassEndUid, SessionNumber, UserNumber, UserUid};
use crate::label::labelled;

labelled! {
    /// How far it is.
    MassEndState {
        Running = "running",
        /// All of them have ended.
        Done = "done",
        /// Whoever asked may not end them any more, or is not signed in; the rest lives.
        Stopped = "stopped",
    }
}

/// A mass end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MassEnd {
    pub number: MassEndNumber,
    pub uid: MassEndUid,
    /// Who asked.
    pub user: UserNumber,
    pub user_uid: UserUid,
    pub username: String,
    /// The session that asked. It is spared.
    pub session: SessionNumber,
    /// How far whoever asked reached then.
    pub reach: Reach,
    /// Which sessions, none of them born later than it was asked.
    pub filter: SessionFilter,
    pub asked_at: Timestamp,
    /// How many were told when it was asked.
    pub meant: u64,
    /// How many it has ended.
    pub ended: u64,
    /// Where it goes on; `None`: at the newest.
    pub after: Option<Place>,
    pub state: MassEndState,
    pub settled_at: Option<Timestamp>,
    /// Of the request that asked; nobody's once it is settled.
    pub origin: RequestOrigin,
}
