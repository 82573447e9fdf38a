//! Selects sessions by the ids that a caller gives, within the caller's reach.

use crate::callers::{OutOfReach, SessionAdmin};
use crate::directory::TenantPlace;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::TenantUid;
use crate::sessions::scope::{NamedScope, SessionScope};

impl Engine {
    /// The scope that `named` selects for `admin`; everything that it names must exist within reach.
    pub(crate) async fn scope(&self, admin: &SessionAdmin, named: &NamedScope) -> Result<Result<SessionScope, OutOfReach>, EngineError> {
        let mut scope = SessionScope::from(admin.reach());
        if let Some(tenant) = named.tenant {
            match self.reachable_tenant(admin, tenant).await? {
                Ok(place) => scope.tenant = Some(place.number),
                Err(out) => return Ok(Err(out)),
            }
        }
        if let Some(partner) = named.partner {
            let partner = self.store.partner_number(partner).await?;
            match partner.filter(|partner| admin.reach().covers_partner(*partner)) {
                Some(partner) => scope.partner = Some(partner),
                None => return Ok(Err(OutOfReach)),
            }
        }
        if let Some(user) = named.user {
            match self.store.user_within(user, scope).await? {
                Some(user) => scope.user = Some(user),
                None => return Ok(Err(OutOfReach)),
            }
        }
        Ok(Ok(scope))
    }

    pub(super) async fn reachable_tenant(
        &self,
        admin: &SessionAdmin,
        tenant: TenantUid,
    ) -> Result<Result<TenantPlace, OutOfReach>, EngineError> {
        let place = self.store.tenant_place(tenant).await?;
        Ok(place.filter(|place| admin.reach().covers(Some(place))).ok_or(OutOfReach))
    }

    /// Stores the touches that are due. Afterwards no session lives by a pending touch alone: a touch is stored before the stored
    /// expiry comes, and one that is not due yet is younger than its lag (see `touch`). So a count over stored rows is exact.
    pub(in crate::sessions) async fn store_due_touches(&self) -> Result<(), EngineError> {
        const BATCH: usize = 4096;
        while self.save_touches(false, BATCH).await? == BATCH {}
        Ok(())
    }
}
