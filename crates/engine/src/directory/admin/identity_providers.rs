//! Creates, changes and retires identity providers, for callers who reach their tenant; those of the platform and the approval of domains
//! are the super administrators' alone.

use super::Outcome;
use crate::audit::RequestOrigin;
use crate::callers::{DirectoryAdmin, DirectoryReader, Refusal};
use crate::directory::PlatformRole;
use crate::directory::changes::{IdentityProviderChange, NewIdentityProvider, Patch};
use crate::directory::identity_provider::IdentityProviderRecord;
use crate::directory::registration::RegistrationFault;
use crate::engine::Engine;
use crate::ids::IdentityProviderUid;
use crate::secret::ClientSecret;

impl Engine {
    /// The identity provider, if its tenant is within reach.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn identity_provider(&self, admin: &DirectoryReader, provider: IdentityProviderUid) -> Outcome<IdentityProviderRecord> {
        let found = self.store.identity_provider(provider).await?;
        Ok(found.filter(|provider| admin.reach().covers(provider.tenant.as_ref())).ok_or(Refusal::OutOfReach))
    }

    /// Creates an identity provider; without a secret it knows this server by the client id alone.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn create_identity_provider(
        &self,
        admin: &DirectoryAdmin,
        new: NewIdentityProvider,
        secret: Option<ClientSecret>,
        origin: &RequestOrigin,
    ) -> Outcome<IdentityProviderRecord> {
        let warrant = self.warrant(admin, origin);
        let uid = IdentityProviderUid::mint(warrant.deed.at, &*self.entropy)?;
        let sealed = secret.map(|secret| self.seal_provider_secret(&new.settings.issuer, &secret)).transpose()?;
        Ok(self.store.create_identity_provider(warrant, uid, new, sealed).await?)
    }

    /// Changes what is named of an identity provider. A new secret goes with the issuer that it is for. Disabling ends no session.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn change_identity_provider(
        &self,
        admin: &DirectoryAdmin,
        provider: IdentityProviderUid,
        change: IdentityProviderChange,
        secret: Patch<ClientSecret>,
        origin: &RequestOrigin,
    ) -> Outcome<IdentityProviderRecord> {
        let sealed = match (secret, &change.settings.issuer) {
            (Patch::Set(secret), Some(issuer)) => Patch::Set(self.seal_provider_secret(issuer, &secret)?),
            (Patch::Set(_), None) => {
                let problem = "goes with the issuer that it is for: name that, too";
                return Ok(Err(RegistrationFault { field: "client_secret", problem }.into()));
            }
            (Patch::Clear, _) => Patch::Clear,
            (Patch::Keep, _) => Patch::Keep,
        };
        Ok(self.store.change_identity_provider(self.warrant(admin, origin), provider, change, sealed).await?)
    }

    /// Says which of its domains an identity provider may speak for, and no others. Each must be one that it has now, so that nobody
    /// approves what they have not seen.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn approve_domains(
        &self,
        admin: &DirectoryAdmin,
        provider: IdentityProviderUid,
        domains: Vec<String>,
        origin: &RequestOrigin,
    ) -> Outcome<IdentityProviderRecord> {
        if let Err(refusal) = admin.authority().at_least(PlatformRole::SuperAdmin) {
            return Ok(Err(refusal));
        }
        Ok(self.store.approve_domains(self.warrant(admin, origin), provider, domains).await?)
    }

    /// Disables an identity provider and removes its secret. Its code stays taken.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn retire_identity_provider(
        &self,
        admin: &DirectoryAdmin,
        provider: IdentityProviderUid,
        origin: &RequestOrigin,
    ) -> Outcome<()> {
        Ok(self.store.retire_identity_provider(self.warrant(admin, origin), provider).await?)
    }
}
