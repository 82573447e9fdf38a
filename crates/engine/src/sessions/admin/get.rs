//! Looking at one session of somebody else's, live or ended.

use crate::callers::{OutOfReach, SessionAdmin};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::{SessionUid, TenantUid};
use crate::sessions::detail::{DetailedSnapshot, DetailedView};
use crate::sessions::store::SessionLookup;

impl Engine {
    /// The session as it is; where `within` names a tenant, only one of that tenant.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn session_of(
        &self,
        admin: &SessionAdmin,
        within: Option<TenantUid>,
        session: SessionUid,
    ) -> Result<Result<DetailedView, OutOfReach>, EngineError> {
        match self.reachable_session(admin, within, session).await? {
            Ok(found) => Ok(Ok(found.view(self.now())?)),
            Err(out) => Ok(Err(out)),
        }
    }

    pub(super) async fn reachable_session(
        &self,
        admin: &SessionAdmin,
        within: Option<TenantUid>,
        session: SessionUid,
    ) -> Result<Result<DetailedSnapshot, OutOfReach>, EngineError> {
        let found = self.store.session_detail(SessionLookup::Uid(session)).await?;
        let is_meant = |found: &DetailedSnapshot| {
            let tenant = found.surroundings.tenant.as_ref();
            admin.reach().covers(tenant) && within.is_none_or(|within| tenant.is_some_and(|tenant| tenant.uid == within))
        };
        Ok(found.filter(is_meant).ok_or(OutOfReach))
    }
}
