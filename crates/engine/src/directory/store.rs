//! What the directory's use cases ask of a store. One method is one transaction; a change judges the warrant over what that very
//! transaction read, and writes its lines of the trail.

use async_trait::async_trait;

use super::UserStatus;
use super::admin::{Refusal, Warrant};
use super::changes::{
    ApplicationChange, EmailChange, NewApplication, NewPartner, NewTenant, NewUser, SparedSessions, TenantChange, UserChange,
};
use super::password::PasswordHash;
use super::reach::Reach;
use super::records::{ApplicationRecord, ClientSecretRecord, PartnerRecord, TenantRecord, UserRecord};
use crate::ids::{ApplicationUid, ClientSecretUid, PartnerUid, TenantUid, UserUid};
use crate::secret::ClientSecretHash;
use crate::sessions::admin::list::PageNumber;
use crate::store::StoreError;

/// A change, or why it was not made; then nothing was written.
pub type Changed<T> = Result<Result<T, Refusal>, StoreError>;

/// One numbered page of a noun, newest first.
#[derive(Clone, Debug)]
pub struct ListDirectory {
    pub within: Reach,
    /// Lower-case; the beginning of a name.
    pub search: Option<String>,
    /// `None`: all but what is doomed.
    pub status: Option<&'static str>,
    pub page: PageNumber,
}

/// A page, and how many there are on all pages together.
#[derive(Clone, Debug)]
pub struct DirectoryPage<R> {
    pub records: Vec<R>,
    pub total: u64,
}

/// The directory in terms of rows. Implemented by `cloakroom-store`.
#[async_trait]
pub trait DirectoryStore: Send + Sync {
    async fn partner(&self, partner: PartnerUid) -> Result<Option<PartnerRecord>, StoreError>;
    async fn tenant(&self, tenant: TenantUid) -> Result<Option<TenantRecord>, StoreError>;
    async fn user(&self, user: UserUid) -> Result<Option<UserRecord>, StoreError>;
    async fn application(&self, application: ApplicationUid) -> Result<Option<ApplicationRecord>, StoreError>;

    /// An application with its live secrets, the newest first.
    async fn client_secrets(&self, application: ApplicationUid)
    -> Result<Option<(ApplicationRecord, Vec<ClientSecretRecord>)>, StoreError>;

    async fn list_partners(&self, list: ListDirectory) -> Result<DirectoryPage<PartnerRecord>, StoreError>;
    async fn list_tenants(&self, list: ListDirectory) -> Result<DirectoryPage<TenantRecord>, StoreError>;
    async fn list_users(&self, list: ListDirectory) -> Result<DirectoryPage<UserRecord>, StoreError>;
    async fn list_applications(&self, list: ListDirectory) -> Result<DirectoryPage<ApplicationRecord>, StoreError>;

    async fn create_partner(&self, warrant: Warrant, uid: PartnerUid, new: NewPartner) -> Changed<PartnerRecord>;
    async fn rename_partner(&self, warrant: Warrant, partner: PartnerUid, name: Option<String>) -> Changed<PartnerRecord>;
    /// Dooms a partner under which no tenant is left.
    async fn doom_partner(&self, warrant: Warrant, partner: PartnerUid) -> Changed<()>;

    async fn create_tenant(&self, warrant: Warrant, uid: TenantUid, new: NewTenant) -> Changed<TenantRecord>;
    /// A status that lets no session live moves the tenant's epoch.
    async fn change_tenant(&self, warrant: Warrant, tenant: TenantUid, change: TenantChange) -> Changed<TenantRecord>;

    async fn create_user(&self, warrant: Warrant, uid: UserUid, new: NewUser) -> Changed<UserRecord>;
    async fn change_user(&self, warrant: Warrant, user: UserUid, change: UserChange) -> Changed<UserRecord>;
    /// Out of verified ends the user's sessions.
    async fn change_user_status(&self, warrant: Warrant, user: UserUid, status: UserStatus) -> Changed<UserRecord>;
    async fn change_emails(&self, warrant: Warrant, user: UserUid, change: EmailChange) -> Changed<UserRecord>;
    /// The new password; ends the user's sessions but those that are spared.
    async fn reset_password(&self, warrant: Warrant, user: UserUid, hash: PasswordHash, spared: SparedSessions) -> Changed<UserRecord>;

    async fn create_application(
        &self,
        warrant: Warrant,
        uid: ApplicationUid,
        new: NewApplication,
        secret: (ClientSecretUid, ClientSecretHash),
    ) -> Changed<ApplicationRecord>;
    /// Disabling moves the application's epoch.
    async fn change_application(
        &self,
        warrant: Warrant,
        application: ApplicationUid,
        change: ApplicationChange,
    ) -> Changed<ApplicationRecord>;
    /// Disables the application and removes its secrets.
    async fn retire_application(&self, warrant: Warrant, application: ApplicationUid) -> Changed<()>;
    /// Refused where two are live already.
    async fn add_client_secret(
        &self,
        warrant: Warrant,
        application: ApplicationUid,
        secret: (ClientSecretUid, ClientSecretHash),
    ) -> Changed<ClientSecretRecord>;
    async fn remove_client_secret(&self, warrant: Warrant, application: ApplicationUid, secret: ClientSecretUid) -> Changed<()>;
}
