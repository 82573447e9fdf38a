//! Whether somebody may manage the machines of an org.

use crate::callers::{EndUser, OrgOwner, OrgRefusal};
use crate::directory::canonical_org_code;
use crate::engine::Engine;
use crate::error::EngineError;

impl Engine {
    /// Whether `caller` owns the org of this code, in any case and with blanks around it.
    ///
    /// # Errors
    /// When the store cannot be relied on.
    pub async fn org_owner(&self, caller: &EndUser, code: &str) -> Result<Result<OrgOwner, OrgRefusal>, EngineError> {
        // A malformed code is looked up as well, so that the answer takes as long.
        let code = canonical_org_code(code).unwrap_or_default();
        let standing = self.store.org_standing(caller.user(), &code).await?;
        Ok(standing.map_or(Err(OrgRefusal::NotFound), |standing| OrgOwner::of(caller, standing)))
    }
}
