//! What the engine asks of a store about the machines of an org. As in [`Store`](crate::store::Store), one method is one transaction.

use std::sync::Arc;

use async_trait::async_trait;

use super::api_keys::text::ApiKeySecretHash;
use super::api_keys::uses::ApiKeyUse;
use super::application::ClientRecord;
use super::service_accounts::{ServiceAccount, ServiceAccountStatus};
use super::verdict::ApiKeySnapshot;
use crate::audit::AuditEntry;
use crate::callers::{Basis, OrgStanding};
use crate::clock::Timestamp;
use crate::cursor::Place;
use crate::error::StoreError;
use crate::ids::{
    ApiKeyUid, ApplicationNumber, ApplicationUid, ServiceAccountNumber, ServiceAccountUid, TenantNumber, TenantUid, UserNumber,
};

/// A change to something of one org. What is another org's is not found.
#[derive(Clone, Debug)]
pub struct Change {
    pub org: TenantNumber,
    pub at: Timestamp,
    /// Written where anything changed.
    pub audit: AuditEntry,
}

/// A service account to make; the store assigns its number.
#[derive(Clone, Debug)]
pub struct NewServiceAccount {
    pub org: TenantNumber,
    pub account: ServiceAccount,
    pub audit: AuditEntry,
}

/// One page of an org's service accounts of one status, newest first.
#[derive(Clone, Copy, Debug)]
pub struct ListServiceAccounts {
    pub org: TenantNumber,
    pub status: ServiceAccountStatus,
    /// Exclusive.
    pub after: Place,
    pub limit: usize,
}

/// A page, and whether anything follows it.
#[derive(Clone, Debug)]
pub struct Page<T> {
    pub rows: Vec<T>,
    pub more: bool,
}

/// Doom a service account and move the epoch of its keys.
#[derive(Clone, Debug)]
pub struct DoomServiceAccount {
    pub account: ServiceAccountUid,
    pub change: Change,
}

/// A key to make under the epochs as they are in the transaction.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    pub uid: ApiKeyUid,
    pub secret: ApiKeySecretHash,
    pub account: ServiceAccountUid,
    pub caption: Option<String>,
    pub expires_at: Option<Timestamp>,
    pub change: Change,
}

/// The outcome of a [`NewApiKey`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NewApiKeyOutcome {
    Created(Box<ApiKeySnapshot>),
    NoSuchAccount,
    AccountDoomed,
}

/// One page of a service account's keys, newest first.
#[derive(Clone, Copy, Debug)]
pub struct ListApiKeys {
    pub org: TenantNumber,
    pub account: ServiceAccountUid,
    pub filter: ApiKeyFilter,
    /// Exclusive.
    pub after: Place,
    pub limit: usize,
    pub now: Timestamp,
}

/// Record that a key is revoked, unless it was before.
#[derive(Clone, Debug)]
pub struct RevokeApiKey {
    pub api_key: ApiKeyUid,
    pub change: Change,
}

/// Move the epoch of a service account's keys, or of all keys of the org.
#[derive(Clone, Debug)]
pub struct RevokeApiKeys {
    pub account: Option<ServiceAccountUid>,
    pub change: Change,
}

/// Set or clear the greatest age of an org's keys.
#[derive(Clone, Debug)]
pub struct SetApiKeyPolicy {
    pub max_age_days: Option<u32>,
    pub change: Change,
}

/// What a store keeps of orgs' machines. Implemented by `cloakroom-store`.
#[async_trait]
pub trait MachineStore: Send + Sync {
    /// The org of this canonical code, and what the user is in it.
    async fn org_standing(&self, user: UserNumber, code: &str) -> Result<Option<OrgStanding>, StoreError>;

    async fn create_service_account(&self, by: Basis, new: NewServiceAccount) -> Result<ServiceAccountNumber, StoreError>;

    async fn list_service_accounts(&self, list: ListServiceAccounts) -> Result<Page<ServiceAccount>, StoreError>;

    /// The account as it then stands; `None` where the org has no such account. One that was doomed before does not change.
    async fn doom_service_account(&self, by: Basis, doom: DoomServiceAccount) -> Result<Option<ServiceAccount>, StoreError>;

    async fn create_api_key(&self, by: Basis, new: NewApiKey) -> Result<NewApiKeyOutcome, StoreError>;

    /// A key with everything that its verdict needs, in one statement. Facts in memory may answer that it lives at `now`, with a last use
    /// that has moved on since.
    async fn api_key(&self, api_key: ApiKeyUid, now: Timestamp) -> Result<Option<Arc<StoredApiKey>>, StoreError>;

    /// `None` where the org has no such account.
    async fn list_api_keys(&self, list: ListApiKeys) -> Result<Option<Page<ApiKeySnapshot>>, StoreError>;

    /// The key as it then stands; `None` where the org has no such key.
    async fn revoke_api_key(&self, by: Basis, revoke: RevokeApiKey) -> Result<Option<ApiKeySnapshot>, StoreError>;

    /// The time that is kept for the move, never earlier than that of a move before; `None` where the org has no such account.
    async fn revoke_api_keys(&self, by: Basis, revoke: RevokeApiKeys) -> Result<Option<Timestamp>, StoreError>;

    async fn set_api_key_policy(&self, by: Basis, policy: SetApiKeyPolicy) -> Result<(), StoreError>;

    /// Stores last uses by greatest value.
    async fn save_api_key_uses(&self, uses: Vec<ApiKeyUse>) -> Result<(), StoreError>;

    /// The client application of this name, in one read with everything that it stands on. Facts in memory may answer where it may act.
    async fn client(&self, lookup: ClientLookup) -> Result<Option<Arc<ClientRecord>>, StoreError>;

    /// Remembers an assertion until it expires; whether it had not been shown before.
    async fn spend_assertion(&self, spent: SpentAssertion) -> Result<bool, StoreError>;
}

/// By what a client application is looked up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ClientLookup {
    ClientId(String),
    Uid(ApplicationUid),
    /// By a token of its own, which this uid names; nobody where the token was revoked. Its secrets are not read.
    Token(ApplicationUid, [u8; 16]),
}

/// An assertion that is used up: kept until it expires, so that it is taken once.
#[derive(Clone, Debug)]
pub struct SpentAssertion {
    pub application: ApplicationNumber,
    /// SHA-256 of its `jti`.
    pub id_hash: [u8; 32],
    pub expires_at: Timestamp,
    pub now: Timestamp,
}

/// Which keys a list shows, by what the verdict says of them at the moment of the answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum ApiKeyFilter {
    Live,
    Dead,
    All,
}

/// A key as the store finds it by its id: everything that one validation needs, in one read.
#[derive(Clone, Debug)]
pub struct StoredApiKey {
    pub snapshot: ApiKeySnapshot,
    pub secret: ApiKeySecretHash,
    pub account: ServiceAccountNumber,
    pub org: TenantNumber,
    pub org_uid: TenantUid,
    pub org_code: Arc<str>,
    pub roles: Arc<[String]>,
}
