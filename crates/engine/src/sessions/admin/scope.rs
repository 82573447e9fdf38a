//! Which sessions are meant: the names that a caller gives, held against the caller's reach.

use super::{OutOfReach, Reach, SessionAdmin};
use crate::directory::TenantPlace;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::{PartnerNumber, PartnerUid, TenantNumber, TenantUid, UserNumber, UserUid};

/// What a caller names. What is `None` narrows nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct NamedScope {
    pub tenant: Option<TenantUid>,
    pub partner: Option<PartnerUid>,
    pub user: Option<UserUid>,
}

/// The sessions that are meant: those of all that is given at once. A session's tenant is the one that it was born under.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SessionScope {
    pub tenant: Option<TenantNumber>,
    pub partner: Option<PartnerNumber>,
    pub user: Option<UserNumber>,
}

impl From<Reach> for SessionScope {
    fn from(reach: Reach) -> Self {
        match reach {
            Reach::Everything => Self::default(),
            Reach::Partner(partner) => Self { partner: Some(partner), ..Self::default() },
            Reach::Tenant(tenant) => Self { tenant: Some(tenant), ..Self::default() },
        }
    }
}

impl Engine {
    /// The scope that `named` means to `admin`; whatever it names must exist within reach.
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

    /// Stores the touches that are due. After it no session lives on by a pending touch alone: one is stored before the stored
    /// expiry comes, and what is not due yet is younger than its lag (see `touch`). So a count over stored rows is exact.
    pub(in crate::sessions) async fn store_due_touches(&self) -> Result<(), EngineError> {
        const BATCH: usize = 4096;
        while self.save_touches(false, BATCH).await? == BATCH {}
        Ok(())
    }
}
