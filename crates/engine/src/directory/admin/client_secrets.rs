//! The secrets of an application: at most two live, so that one can replace the other without a gap.

use super::Outcome;
use crate::audit::RequestOrigin;
use crate::callers::{DirectoryAdmin, DirectoryReader, Refusal};
use crate::clock::Timestamp;
use crate::directory::records::{ApplicationRecord, ClientSecretRecord};
use crate::engine::Engine;
use crate::entropy::EntropyUnavailable;
use crate::ids::{ApplicationUid, ClientSecretUid};
use crate::secret::ClientSecret;

/// A secret at its birth: the only time that it is seen.
#[derive(Debug)]
pub struct MintedSecret {
    pub record: ClientSecretRecord,
    pub secret: ClientSecret,
}

impl Engine {
    /// The application with its live secrets, the newest first. Never what they are.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn application_with_secrets(
        &self,
        admin: &DirectoryReader,
        application: ApplicationUid,
    ) -> Outcome<(ApplicationRecord, Vec<ClientSecretRecord>)> {
        let found = self.store.client_secrets(application).await?;
        let seen = found.filter(|(application, _)| admin.reach().covers(application.tenant.as_ref())).ok_or(Refusal::OutOfReach);
        Ok(seen.map(|(application, secrets)| (application.seen_from(admin.reach()), secrets)))
    }

    /// Which secrets are live, the newest first. Never what they are.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn client_secrets(&self, admin: &DirectoryReader, application: ApplicationUid) -> Outcome<Vec<ClientSecretRecord>> {
        Ok(self.application_with_secrets(admin, application).await?.map(|(_, secrets)| secrets))
    }

    /// Mints a second secret beside the first. A public application has none.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn add_client_secret(
        &self,
        admin: &DirectoryAdmin,
        application: ApplicationUid,
        origin: &RequestOrigin,
    ) -> Outcome<MintedSecret> {
        let warrant = self.warrant(admin, origin);
        let MintedSecret { record, secret } = self.mint_client_secret(warrant.deed.at)?;
        let kept = (record.uid, self.keys().client_secret_hash(&secret));
        let added = self.store.add_client_secret(warrant, application, kept).await?;
        Ok(added.map(|record| MintedSecret { record, secret }))
    }

    pub(super) fn mint_client_secret(&self, at: Timestamp) -> Result<MintedSecret, EntropyUnavailable> {
        let secret = ClientSecret::mint(&*self.entropy)?;
        let record = ClientSecretRecord { uid: ClientSecretUid::mint(at, &*self.entropy)?, created_at: at };
        Ok(MintedSecret { record, secret })
    }

    /// Removes a secret: from then on it opens nothing.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn remove_client_secret(
        &self,
        admin: &DirectoryAdmin,
        application: ApplicationUid,
        secret: ClientSecretUid,
        origin: &RequestOrigin,
    ) -> Outcome<()> {
        Ok(self.store.remove_client_secret(self.warrant(admin, origin), application, secret).await?)
    }
}
