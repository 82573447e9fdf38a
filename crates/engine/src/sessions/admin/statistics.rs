//! Statistics about the sessions of a tenant. They agree with the lists of the same moment.

use crate::callers::{OutOfReach, SessionAdmin};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::TenantUid;
use crate::sessions::statistics::SessionStatistics;

impl Engine {
    /// Counts the sessions of a tenant.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn session_statistics_of(
        &self,
        admin: &SessionAdmin,
        tenant: TenantUid,
    ) -> Result<Result<SessionStatistics, OutOfReach>, EngineError> {
        let place = match self.reachable_tenant(admin, tenant).await? {
            Ok(place) => place,
            Err(out) => return Ok(Err(out)),
        };
        self.store_due_touches().await?;
        Ok(Ok(self.store.session_statistics(place.number, self.now()).await?))
    }
}
