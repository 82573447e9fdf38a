//! Sessions that a client application keeps for the user whom it belongs to (docs/contracts/session_storage.md). It names them by
//! number, sees all live ones of that user under its own tenant, wherever they were born, and sets when they expire.

pub mod end;
pub mod get;
pub mod list;
pub mod open;
pub mod set_expiry;
pub mod set_metadata;

use std::ops::RangeInclusive;

use super::Session;
use super::store::SessionLookup;
use crate::callers::OwnedClient;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::StorageId;
use crate::sessions::verdict::{Verdict, verdict};

/// Seconds that an application may give a session to live.
pub const STORAGE_TTL: RangeInclusive<u32> = 1..=365 * 86_400;

/// Subscriber tokens that go with a session at most.
pub const SUBSCRIBERS_AT_MOST: u32 = 10;

/// The owner has no such live session there: one answer for unknown, ended, somebody else's and another tenant's (P4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NoSuchSession;

impl Engine {
    /// The live session of the owner's that `id` names.
    pub(super) async fn kept_session(&self, client: &OwnedClient, id: &StorageId) -> Result<Result<Session, NoSuchSession>, EngineError> {
        let Some(number) = client.named(id) else { return Ok(Err(NoSuchSession)) };
        let found = self.store.session(SessionLookup::Number(number)).await?;
        let Some(found) = found.filter(|found| client.keeps(&found.session)) else { return Ok(Err(NoSuchSession)) };
        Ok(if verdict(&found, self.now())? == Verdict::Live { Ok(found.session) } else { Err(NoSuchSession) })
    }
}
