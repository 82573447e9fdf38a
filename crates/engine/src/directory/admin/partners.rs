//! Partners: made, renamed and doomed by super administrators, seen by their own administrators.

use super::Outcome;
use crate::audit::RequestOrigin;
use crate::callers::{DirectoryAdmin, DirectoryReader, Refusal};
use crate::directory::PlatformRole;
use crate::directory::changes::NewPartner;
use crate::directory::records::PartnerRecord;
use crate::engine::Engine;
use crate::ids::PartnerUid;

impl Engine {
    /// The partner, if it is the caller's own or the caller reaches everything.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn partner(&self, admin: &DirectoryReader, partner: PartnerUid) -> Outcome<PartnerRecord> {
        if let Err(refusal) = admin.authority().at_least(PlatformRole::PartnerAdmin) {
            return Ok(Err(refusal));
        }
        let found = self.store.partner(partner).await?;
        Ok(found.filter(|partner| admin.reach().covers_partner(partner.number)).ok_or(Refusal::OutOfReach))
    }

    /// Creates a partner.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn create_partner(&self, admin: &DirectoryAdmin, new: NewPartner, origin: &RequestOrigin) -> Outcome<PartnerRecord> {
        if let Err(refusal) = admin.authority().at_least(PlatformRole::SuperAdmin) {
            return Ok(Err(refusal));
        }
        let warrant = self.warrant(admin, origin);
        let uid = PartnerUid::mint(warrant.deed.at, &*self.entropy)?;
        Ok(self.store.create_partner(warrant, uid, new).await?)
    }

    /// Renames a partner; without a name it stays as it is.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn rename_partner(
        &self,
        admin: &DirectoryAdmin,
        partner: PartnerUid,
        name: Option<String>,
        origin: &RequestOrigin,
    ) -> Outcome<PartnerRecord> {
        if let Err(refusal) = admin.authority().at_least(PlatformRole::SuperAdmin) {
            return Ok(Err(refusal));
        }
        Ok(self.store.rename_partner(self.warrant(admin, origin), partner, name).await?)
    }

    /// Dooms a partner under which no tenant is left.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn doom_partner(&self, admin: &DirectoryAdmin, partner: PartnerUid, origin: &RequestOrigin) -> Outcome<()> {
        if let Err(refusal) = admin.authority().at_least(PlatformRole::SuperAdmin) {
            return Ok(Err(refusal));
        }
        Ok(self.store.doom_partner(self.warrant(admin, origin), partner).await?)
    }
}
