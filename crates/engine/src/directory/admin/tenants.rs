//! Tenants: made and closed by whoever reaches their partner; their own administrators name them and set their policy.

use super::Outcome;
use crate::audit::RequestOrigin;
use crate::callers::{DirectoryAdmin, DirectoryReader, Refusal};
use crate::directory::changes::{NewTenant, Patch, TenantChange};
use crate::directory::records::TenantRecord;
use crate::directory::{PlatformRole, TenantPolicyChange, TenantStatus};
use crate::engine::Engine;
use crate::ids::TenantUid;

impl Engine {
    /// The tenant, if it is within reach.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn tenant(&self, admin: &DirectoryReader, tenant: TenantUid) -> Outcome<TenantRecord> {
        let found = self.store.tenant(tenant).await?;
        Ok(found.filter(|tenant| admin.reach().covers(Some(&tenant.place()))).ok_or(Refusal::OutOfReach))
    }

    /// Creates a tenant; a partner's administrator only under that partner, which is meant where none is named.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn create_tenant(&self, admin: &DirectoryAdmin, new: NewTenant, origin: &RequestOrigin) -> Outcome<TenantRecord> {
        if let Err(refusal) = admin.authority().at_least(PlatformRole::PartnerAdmin) {
            return Ok(Err(refusal));
        }
        let warrant = self.warrant(admin, origin);
        let uid = TenantUid::mint(warrant.deed.at, &*self.entropy)?;
        Ok(self.store.create_tenant(warrant, uid, new).await?)
    }

    /// Changes a tenant. A status that lets no session live ends everything under it at once. Only who reaches the partner changes
    /// the status, and only super administrators the partner.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn change_tenant(
        &self,
        admin: &DirectoryAdmin,
        tenant: TenantUid,
        change: TenantChange,
        origin: &RequestOrigin,
    ) -> Outcome<TenantRecord> {
        let needed = match &change {
            change if !change.partner.keeps() => PlatformRole::SuperAdmin,
            TenantChange { status: Some(_), .. } => PlatformRole::PartnerAdmin,
            _ => PlatformRole::TenantAdmin,
        };
        if let Err(refusal) = admin.authority().at_least(needed) {
            return Ok(Err(refusal));
        }
        Ok(self.store.change_tenant(self.warrant(admin, origin), tenant, change).await?)
    }

    /// Dooms a tenant, which ends everything under it.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn doom_tenant(&self, admin: &DirectoryAdmin, tenant: TenantUid, origin: &RequestOrigin) -> Outcome<()> {
        let doom =
            TenantChange { name: None, partner: Patch::Keep, status: Some(TenantStatus::Doomed), policy: TenantPolicyChange::default() };
        Ok(self.change_tenant(admin, tenant, doom, origin).await?.map(|_| ()))
    }
}
