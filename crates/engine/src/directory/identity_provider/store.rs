//! What is asked of a store about identity providers. One method is one transaction.

use async_trait::async_trait;

use super::{IdentityProviderChange, IdentityProviderRecord, LoginProvider, NewIdentityProvider, SealedSecret, StoredIdentityProvider};
use crate::callers::Warrant;
use crate::directory::changes::Patch;
use crate::directory::store::{Changed, DirectoryPage, ListDirectory};
use crate::error::StoreError;
use crate::ids::{IdentityProviderUid, TenantNumber};

/// Providers that a page of sign-in is told of at most.
pub const MOST_LOGIN_PROVIDERS: usize = 32;

/// Which providers somebody may sign in through.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SoughtProviders {
    /// Those of the platform.
    OfPlatform,
    /// Those that may speak for addresses of this domain, in A-labels. What is not approved does not count.
    OfDomain(String),
    /// A tenant's own.
    OfTenant(TenantNumber),
}

/// Identity providers in terms of rows. Implemented by `cloakroom-store`.
#[async_trait]
pub trait IdentityProviderStore: Send + Sync {
    async fn identity_provider(&self, uid: IdentityProviderUid) -> Result<Option<IdentityProviderRecord>, StoreError>;

    async fn list_identity_providers(&self, list: ListDirectory) -> Result<DirectoryPage<IdentityProviderRecord>, StoreError>;

    async fn create_identity_provider(
        &self,
        warrant: Warrant,
        uid: IdentityProviderUid,
        new: NewIdentityProvider,
        secret: Option<SealedSecret>,
    ) -> Changed<IdentityProviderRecord>;

    /// Refused where the secret stays and its issuer does not.
    async fn change_identity_provider(
        &self,
        warrant: Warrant,
        uid: IdentityProviderUid,
        change: IdentityProviderChange,
        secret: Patch<SealedSecret>,
    ) -> Changed<IdentityProviderRecord>;

    /// Refused where one of the domains is not the provider's.
    async fn approve_domains(&self, warrant: Warrant, uid: IdentityProviderUid, domains: Vec<String>) -> Changed<IdentityProviderRecord>;

    /// Disables the provider and removes its secret.
    async fn retire_identity_provider(&self, warrant: Warrant, uid: IdentityProviderUid) -> Changed<()>;

    /// The provider of this code, whether or not it serves, with its sealed secret.
    async fn identity_provider_called(&self, code: &str) -> Result<Option<StoredIdentityProvider>, StoreError>;

    /// Those of this issuer whose ID tokens may be made for this audience: it is their client id, or one of their audiences for
    /// exchange. Whether or not they serve; several tenants may have the same.
    async fn identity_providers_of_issuer(&self, issuer: &str, audience: &str) -> Result<Vec<StoredIdentityProvider>, StoreError>;

    /// Those that serve, by name; at most [`MOST_LOGIN_PROVIDERS`].
    async fn login_providers(&self, sought: SoughtProviders) -> Result<Vec<LoginProvider>, StoreError>;
}
