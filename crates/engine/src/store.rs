//! What the engine asks of a store: what its nouns ask, as one trait.

use async_trait::async_trait;

use crate::account::store::AccountStore;
use crate::audit::store::AuditStore;
use crate::directory::identity_provider::store::IdentityProviderStore;
use crate::directory::store::DirectoryStore;
use crate::error::StoreError;
use crate::federation::store::FederationStore;
use crate::machine::store::MachineStore;
use crate::openid::logout::store::LogoutStore;
use crate::openid::store::OpenIdStore;
use crate::sessions::mass_end::store::MassEndStore;
use crate::sessions::store::SessionStore;
use crate::tokens::store::TokenStore;

/// Everything that the engine asks of a store. Implemented by `cloakroom-store`.
#[async_trait]
pub trait Store:
    AccountStore
    + AuditStore
    + DirectoryStore
    + FederationStore
    + IdentityProviderStore
    + LogoutStore
    + MachineStore
    + MassEndStore
    + OpenIdStore
    + SessionStore
    + TokenStore
{
    /// Whether a change could be stored now; changes nothing.
    async fn check(&self) -> Result<(), StoreError>;

    /// Whether this process runs the background tasks: of several processes over one database, one does at a time. Asked before each
    /// batch. A process that lost its turn may still finish its last batch, which is a transaction like any other.
    async fn may_run_tasks(&self) -> Result<bool, StoreError>;
}
