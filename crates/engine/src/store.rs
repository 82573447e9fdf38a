//! What the engine asks of a store: what its nouns ask, as one trait.

use async_trait::async_trait;

use crate::account::store::AccountStore;
use crate::audit::store::AuditStore;
use crate::directory::store::DirectoryStore;
use crate::error::StoreError;
use crate::machine::store::MachineStore;
use crate::sessions::store::SessionStore;
use crate::tokens::store::TokenStore;

/// Everything that the engine asks of a store. Implemented by `cloakroom-store`.
#[async_trait]
pub trait Store: AccountStore + AuditStore + DirectoryStore + MachineStore + SessionStore + TokenStore {
    /// Whether a change could be stored now; changes nothing.
    async fn check(&self) -> Result<(), StoreError>;

    /// Whether background tasks are this process's to run: of several over one database, one at a time. Asked before each batch; who
    /// was told so and is then thought dead may still be at its last batch, which is a transaction like any other.
    async fn may_run_tasks(&self) -> Result<bool, StoreError>;
}
