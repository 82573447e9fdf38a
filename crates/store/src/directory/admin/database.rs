//! [`DirectoryStore`] over a database: for each method, which transaction, in which class of the queue.

use std::sync::Arc;

use async_trait::async_trait;
use cloakroom_engine::callers::Warrant;
use cloakroom_engine::directory::changes::{
    ApplicationChange, EmailChange, NewApplication, NewPartner, NewTenant, NewUser, SparedSessions, TenantChange, UserChange,
};
use cloakroom_engine::directory::document::EntryError;
use cloakroom_engine::directory::password::PasswordHash;
use cloakroom_engine::directory::plan::{ApplyPlan, ApplyReport};
use cloakroom_engine::directory::records::{ApplicationRecord, ClientSecretRecord, PartnerRecord, TenantRecord, UserRecord};
use cloakroom_engine::directory::store::{Changed, DirectoryPage, DirectoryStore, ListDirectory};
use cloakroom_engine::directory::{TenantPlace, UserStatus};
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{ApplicationUid, ClientSecretUid, PartnerNumber, PartnerUid, TenantUid, UserUid};
use cloakroom_engine::secret::ClientSecretHash;
use cloakroom_engine::sessions::touches::PendingTouches;

use super::{ChangeError, applications, client_secrets, emails, list, partners, read, tenants, users};
use crate::driver::WriteClass::{End, Ordinary};
use crate::driver::{Connection, Work, WriteClass};
use crate::{Database, directory};

impl Database {
    /// Runs one change; a refusal undoes what it had written.
    async fn change<T, F>(&self, class: WriteClass, transaction: F) -> Changed<T>
    where
        F: for<'c> FnOnce(&'c mut dyn Connection, Arc<PendingTouches>) -> Work<'c, T, ChangeError> + Clone + Send + 'static,
        T: Send + 'static,
    {
        let touches = self.touches.clone();
        match self.driver.write(class, move |conn| transaction(conn, touches)).await {
            Ok(changed) => Ok(Ok(changed)),
            Err(ChangeError::Refused(refusal)) => Ok(Err(refusal)),
            Err(ChangeError::Store(error)) => Err(error),
        }
    }
}

#[async_trait]
impl DirectoryStore for Database {
    async fn partner(&self, partner: PartnerUid) -> Result<Option<PartnerRecord>, StoreError> {
        self.driver.read_point(|conn| Box::pin(read::partner(conn, partner))).await
    }

    async fn tenant(&self, tenant: TenantUid) -> Result<Option<TenantRecord>, StoreError> {
        self.driver.read_point(|conn| Box::pin(read::tenant(conn, tenant))).await
    }

    async fn user(&self, user: UserUid) -> Result<Option<UserRecord>, StoreError> {
        self.driver.read_point(|conn| Box::pin(read::user(conn, user))).await
    }

    async fn application(&self, application: ApplicationUid) -> Result<Option<ApplicationRecord>, StoreError> {
        self.driver.read_point(|conn| Box::pin(read::application(conn, application))).await
    }

    async fn client_secrets(
        &self,
        application: ApplicationUid,
    ) -> Result<Option<(ApplicationRecord, Vec<ClientSecretRecord>)>, StoreError> {
        self.driver
            .read_point(|conn| {
                Box::pin(async move {
                    let Some(found) = read::application(conn, application).await? else { return Ok(None) };
                    let secrets = read::client_secrets(conn, found.number).await?;
                    Ok(Some((found, secrets)))
                })
            })
            .await
    }

    async fn list_partners(&self, asked: ListDirectory) -> Result<DirectoryPage<PartnerRecord>, StoreError> {
        self.driver.read(move |conn| Box::pin(async move { list::partners(conn, &asked).await })).await
    }

    async fn list_tenants(&self, asked: ListDirectory) -> Result<DirectoryPage<TenantRecord>, StoreError> {
        self.driver.read(move |conn| Box::pin(async move { list::tenants(conn, &asked).await })).await
    }

    async fn list_users(&self, asked: ListDirectory) -> Result<DirectoryPage<UserRecord>, StoreError> {
        self.driver.read(move |conn| Box::pin(async move { list::users(conn, &asked).await })).await
    }

    async fn list_applications(&self, asked: ListDirectory) -> Result<DirectoryPage<ApplicationRecord>, StoreError> {
        self.driver.read(move |conn| Box::pin(async move { list::applications(conn, &asked).await })).await
    }

    async fn create_partner(&self, warrant: Warrant, uid: PartnerUid, new: NewPartner) -> Changed<PartnerRecord> {
        self.change(Ordinary, move |conn, _| Box::pin(async move { partners::create(conn, &warrant, uid, &new).await })).await
    }

    async fn rename_partner(&self, warrant: Warrant, partner: PartnerUid, name: Option<String>) -> Changed<PartnerRecord> {
        self.change(Ordinary, move |conn, _| Box::pin(async move { partners::rename(conn, &warrant, partner, name.as_ref()).await })).await
    }

    async fn doom_partner(&self, warrant: Warrant, partner: PartnerUid) -> Changed<()> {
        self.change(Ordinary, move |conn, _| Box::pin(async move { partners::doom(conn, &warrant, partner).await })).await
    }

    async fn create_tenant(&self, warrant: Warrant, uid: TenantUid, new: NewTenant) -> Changed<TenantRecord> {
        self.change(Ordinary, move |conn, _| Box::pin(async move { tenants::create(conn, &warrant, uid, &new).await })).await
    }

    async fn change_tenant(&self, warrant: Warrant, tenant: TenantUid, change: TenantChange) -> Changed<TenantRecord> {
        self.change(End, move |conn, _| Box::pin(async move { tenants::change(conn, &warrant, tenant, &change).await })).await
    }

    async fn create_user(&self, warrant: Warrant, uid: UserUid, new: NewUser) -> Changed<UserRecord> {
        self.change(Ordinary, move |conn, _| Box::pin(async move { users::create(conn, &warrant, uid, &new).await })).await
    }

    async fn change_user(&self, warrant: Warrant, user: UserUid, change: UserChange) -> Changed<UserRecord> {
        self.change(Ordinary, move |conn, _| Box::pin(async move { users::change(conn, &warrant, user, &change).await })).await
    }

    async fn change_user_status(&self, warrant: Warrant, user: UserUid, status: UserStatus) -> Changed<UserRecord> {
        self.change(End, move |conn, touches| Box::pin(async move { users::change_status(conn, &warrant, &touches, user, status).await }))
            .await
    }

    async fn change_emails(&self, warrant: Warrant, user: UserUid, change: EmailChange) -> Changed<UserRecord> {
        self.change(End, move |conn, touches| Box::pin(async move { emails::change(conn, &warrant, &touches, user, &change).await })).await
    }

    async fn reset_password(&self, warrant: Warrant, user: UserUid, hash: PasswordHash, spared: SparedSessions) -> Changed<UserRecord> {
        self.change(End, move |conn, touches| {
            Box::pin(async move { users::reset_password(conn, &warrant, &touches, user, (&hash, spared)).await })
        })
        .await
    }

    async fn create_application(
        &self,
        warrant: Warrant,
        uid: ApplicationUid,
        new: NewApplication,
        secret: (ClientSecretUid, ClientSecretHash),
    ) -> Changed<ApplicationRecord> {
        self.change(Ordinary, move |conn, _| Box::pin(async move { applications::create(conn, &warrant, uid, &new, &secret).await })).await
    }

    async fn change_application(
        &self,
        warrant: Warrant,
        application: ApplicationUid,
        change: ApplicationChange,
    ) -> Changed<ApplicationRecord> {
        self.change(End, move |conn, _| Box::pin(async move { applications::change(conn, &warrant, application, &change).await })).await
    }

    async fn retire_application(&self, warrant: Warrant, application: ApplicationUid) -> Changed<()> {
        self.change(End, move |conn, _| Box::pin(async move { applications::retire(conn, &warrant, application).await })).await
    }

    async fn add_client_secret(
        &self,
        warrant: Warrant,
        application: ApplicationUid,
        secret: (ClientSecretUid, ClientSecretHash),
    ) -> Changed<ClientSecretRecord> {
        self.change(Ordinary, move |conn, _| Box::pin(async move { client_secrets::add(conn, &warrant, application, &secret).await })).await
    }

    async fn remove_client_secret(&self, warrant: Warrant, application: ApplicationUid, secret: ClientSecretUid) -> Changed<()> {
        self.change(End, move |conn, _| Box::pin(async move { client_secrets::remove(conn, &warrant, application, secret).await })).await
    }

    async fn tenant_place(&self, tenant: TenantUid) -> Result<Option<TenantPlace>, StoreError> {
        self.driver.read_point(|conn| Box::pin(directory::places::tenant(conn, tenant))).await
    }

    async fn partner_number(&self, partner: PartnerUid) -> Result<Option<PartnerNumber>, StoreError> {
        self.driver.read_point(|conn| Box::pin(directory::places::partner(conn, partner))).await
    }

    async fn known_users(&self, usernames: Vec<String>) -> Result<Vec<(String, Option<PasswordHash>)>, StoreError> {
        self.driver.read(move |conn| Box::pin(async move { directory::users::known(conn, &usernames).await })).await
    }

    async fn apply_directory(&self, plan: ApplyPlan) -> Result<Result<ApplyReport, EntryError>, StoreError> {
        let touches = self.touches.clone();
        let applied = self
            .driver
            .write(WriteClass::Ordinary, move |conn| Box::pin(async move { directory::apply(conn, &plan, &touches).await }))
            .await;
        match applied {
            Ok(report) => Ok(Ok(report)),
            Err(directory::ApplyError::Entry(wrong)) => Ok(Err(wrong)),
            Err(directory::ApplyError::Store(error)) => Err(error),
        }
    }

    async fn is_empty(&self) -> Result<bool, StoreError> {
        self.driver.read_point(|conn| Box::pin(directory::users::none_exists(conn))).await
    }
}
