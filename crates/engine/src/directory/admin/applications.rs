//! Creates, changes and retires client applications, for callers who reach their tenant.

use super::Outcome;
use super::client_secrets::MintedSecret;
use crate::audit::RequestOrigin;
use crate::callers::{DirectoryAdmin, DirectoryReader, Refusal};
use crate::directory::PlatformRole;
use crate::directory::changes::{ApplicationChange, NewApplication, Patch};
use crate::directory::records::ApplicationRecord;
use crate::engine::Engine;
use crate::ids::ApplicationUid;

impl Engine {
    /// The application, if its tenant is within reach.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn application(&self, admin: &DirectoryReader, application: ApplicationUid) -> Outcome<ApplicationRecord> {
        let found = self.store.application(application).await?;
        let seen = found.filter(|application| admin.reach().covers(application.tenant.as_ref())).ok_or(Refusal::OutOfReach);
        Ok(seen.map(|application| application.seen_from(admin.reach())))
    }

    /// Creates an application; one that is not public has one secret, which is told now and never again. Only super administrators
    /// make one of the platform.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn create_application(
        &self,
        admin: &DirectoryAdmin,
        new: NewApplication,
        origin: &RequestOrigin,
    ) -> Outcome<(ApplicationRecord, Option<MintedSecret>)> {
        if let Err(refusal) = may_give(admin, new.is_platform, &new.scopes) {
            return Ok(Err(refusal));
        }
        if let Err(fault) = new.registration.judge(new.jwks.is_some()) {
            return Ok(Err(fault.into()));
        }
        let warrant = self.warrant(admin, origin);
        let at = warrant.deed.at;
        let uid = ApplicationUid::mint(at, &*self.entropy)?;
        let minted = if new.registration.kind.is_public() { None } else { Some(self.mint_client_secret(at)?) };
        let kept = minted.as_ref().map(|minted| (minted.record.uid, self.keys().client_secret_hash(&minted.secret)));
        let created = self.store.create_application(warrant, uid, new, kept).await?;
        Ok(created.map(|application| (application.seen_from(admin.reach()), minted)))
    }

    /// Changes what is named of an application. Disabling ends everything under it at once.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn change_application(
        &self,
        admin: &DirectoryAdmin,
        application: ApplicationUid,
        change: ApplicationChange,
        origin: &RequestOrigin,
    ) -> Outcome<ApplicationRecord> {
        let rare = change.is_platform.is_some() || matches!(change.tenant, Patch::Clear);
        if let Err(refusal) = may_give(admin, rare, change.scopes.as_deref().unwrap_or_default()) {
            return Ok(Err(refusal));
        }
        let changed = self.store.change_application(self.warrant(admin, origin), application, change).await?;
        Ok(changed.map(|application| application.seen_from(admin.reach())))
    }

    /// Disables an application and removes its secrets. Its name stays taken.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn retire_application(&self, admin: &DirectoryAdmin, application: ApplicationUid, origin: &RequestOrigin) -> Outcome<()> {
        Ok(self.store.retire_application(self.warrant(admin, origin), application).await?)
    }
}

fn may_give(admin: &DirectoryAdmin, rare: bool, scopes: &[String]) -> Result<(), Refusal> {
    if rare {
        admin.authority().at_least(PlatformRole::SuperAdmin)?;
    }
    admin.authority().may_give_scopes(scopes)
}
