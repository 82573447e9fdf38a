//! What is asked of a store about identity providers. One method is one transaction.

use async_trait::async_trait;

use super::{IdentityProviderRecord, LoginProvider, StoredIdentityProvider};
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

    /// The provider of this code, whether or not it serves, with its sealed secret.
    async fn identity_provider_called(&self, code: &str) -> Result<Option<StoredIdentityProvider>, StoreError>;

    /// Those of this issuer whose ID tokens may be made for this audience: it is their client id, or one of their audiences for
    /// exchange. Whether or not they serve; several tenants may have the same.
    async fn identity_providers_of_issuer(&self, issuer: &str, audience: &str) -> Result<Vec<StoredIdentityProvider>, StoreError>;

    /// Those that serve, by name; at most [`MOST_LOGIN_PROVIDERS`].
    async fn login_providers(&self, sought: SoughtProviders) -> Result<Vec<LoginProvider>, StoreError>;
}
