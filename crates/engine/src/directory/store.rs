//! What the directory's use cases ask of a store. One method is one transaction; a change judges the warrant over what that very
//! transaction read, and writes its lines of the trail.

use async_trait::async_trait;

use super::changes::{
    ApplicationChange, EmailChange, NewApplication, NewPartner, NewTenant, NewUser, SparedSessions, TenantChange, UserChange,
};
use super::document::EntryError;
use super::password::PasswordHash;
use super::plan::{ApplyPlan, ApplyReport, KnownUser};
use super::records::{ApplicationRecord, ClientSecretRecord, PartnerRecord, TenantRecord, UserRecord};
use super::{TenantPlace, UserStatus};
use crate::callers::{Reach, Refusal, Warrant};
use crate::clock::Timestamp;
use crate::cursor::Place;
use crate::error::StoreError;
use crate::ids::{ApplicationUid, ClientSecretUid, PartnerNumber, PartnerUid, TenantUid, UserUid};
use crate::page::{ListPage, Paged};
use crate::secret::ClientSecretHash;
use crate::sessions::credentials::SignInLock;

/// A change, or why it was not made; then nothing was written.
pub type Changed<T> = Result<Result<T, Refusal>, StoreError>;

/// One page of a noun, newest first.
#[derive(Clone, Debug)]
pub struct ListDirectory {
    pub within: Reach,
    /// Lower-case; the beginning of a name.
    pub search: Option<String>,
    /// `None`: all but what is doomed.
    pub status: Option<&'static str>,
    /// A place is the number of an entry.
    pub page: Paged<Place>,
}

/// A page of a noun.
pub type DirectoryPage<R> = ListPage<R, Place>;

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

    /// A user with the locks on the account at `now`, that for everybody first.
    async fn sign_in_locks(&self, user: UserUid, now: Timestamp) -> Result<Option<(UserRecord, Vec<SignInLock>)>, StoreError>;
    /// Lifts every lock on the user's account, and forgets the failures that count towards the next one.
    async fn lift_sign_in_locks(&self, warrant: Warrant, user: UserUid) -> Changed<()>;

    async fn create_application(
        &self,
        warrant: Warrant,
        uid: ApplicationUid,
        new: NewApplication,
        secret: Option<(ClientSecretUid, ClientSecretHash)>,
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
    /// Refused where two are live already, and where the application is public.
    async fn add_client_secret(
        &self,
        warrant: Warrant,
        application: ApplicationUid,
        secret: (ClientSecretUid, ClientSecretHash),
    ) -> Changed<ClientSecretRecord>;
    async fn remove_client_secret(&self, warrant: Warrant, application: ApplicationUid, secret: ClientSecretUid) -> Changed<()>;

    async fn tenant_place(&self, tenant: TenantUid) -> Result<Option<TenantPlace>, StoreError>;

    async fn partner_number(&self, partner: PartnerUid) -> Result<Option<PartnerNumber>, StoreError>;

    /// Those of `usernames` who exist.
    async fn known_users(&self, usernames: Vec<String>) -> Result<Vec<KnownUser>, StoreError>;

    /// Makes the directory as the plan says, all or nothing.
    async fn apply_directory(&self, plan: ApplyPlan) -> Result<Result<ApplyReport, EntryError>, StoreError>;

    /// Whether no user exists yet.
    async fn is_empty(&self) -> Result<bool, StoreError>;
}
