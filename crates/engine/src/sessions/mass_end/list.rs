//! Finding them again.

use super::MassEnd;
use crate::callers::{OutOfReach, Reach, SessionEnder};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::MassEndUid;

/// How many are shown, the newest.
const SHOWN: usize = 50;

impl Engine {
    /// The newest of them that the caller asked for; of everybody, for callers who reach everything.
    ///
    /// # Errors
    /// When the store cannot be relied on.
    pub async fn mass_ends_of(&self, ender: &SessionEnder) -> Result<Vec<MassEnd>, EngineError> {
        let admin = ender.admin();
        let of = if admin.reach() == Reach::Everything { None } else { admin.user() };
        Ok(self.store.mass_ends(of, SHOWN).await?)
    }

    /// One of those.
    ///
    /// # Errors
    /// When the store cannot be relied on.
    pub async fn mass_end_of(&self, ender: &SessionEnder, uid: MassEndUid) -> Result<Result<MassEnd, OutOfReach>, EngineError> {
        let admin = ender.admin();
        let found = self.store.mass_end(uid).await?;
        let is_shown = |found: &MassEnd| admin.reach() == Reach::Everything || admin.user() == Some(found.user);
        Ok(found.filter(is_shown).ok_or(OutOfReach))
    }
}
