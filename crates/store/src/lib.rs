//! The only place with SQL: every statement and every transaction is written once and run by a driver.

mod account;
mod audit;
mod columns;
mod directory;
pub mod driver;
mod epochs;
mod grants;
mod machine;
pub mod migrate;
mod sessions;
mod sign_ins;
pub mod statements;
mod tokens;
pub mod trail;
pub mod transfer;

use std::sync::Arc;

use async_trait::async_trait;
use cloakroom_engine::audit::AuditEntry;
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::directory::password::PasswordHash;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{SessionNumber, TenantNumber, UserNumber, UserUid};
use cloakroom_engine::sessions::credentials::{Credentials, FailureWindows, RefusedSignIn, SignInName, SignInRecord, SignInSubject};
use cloakroom_engine::sessions::detail::DetailedSnapshot;
use cloakroom_engine::sessions::pages::{
    FoundSessionsOfUser, ListScope, ListSessions, ListSessionsOfUser, ListUsers, PageOfUsers, ScopePage, SessionPage,
};
use cloakroom_engine::sessions::scope::SessionScope;
use cloakroom_engine::sessions::statistics::SessionStatistics;
use cloakroom_engine::sessions::store::{
    CreateOutcome, EndCause, EndOutcome, EndSessions, EndSessionsOfTenant, EndSessionsOfUser, EndedWithTenant, MovedTenant, NewSession,
    RestoredBackup, RevokedSession, SessionLookup, SessionStore, SetExpiry, Swept, TenantEnd,
};
use cloakroom_engine::sessions::touches::{PendingTouches, Touch};
use cloakroom_engine::sessions::verdict::SessionSnapshot;
use cloakroom_engine::store::Store;
use cloakroom_engine::tokens::access_token::SigningKeyRecord;
use cloakroom_engine::tokens::grant::GrantSnapshot;
use cloakroom_engine::tokens::store::{NewGrant, Rotation, SigningKeyChange, TokenStore};
use cloakroom_engine::tokens::{Generation, GrantNumber};

use crate::driver::postgres::{self, Address, Postgres};
use crate::driver::sqlite::{Location, OpenError, Options, Sqlite};
use crate::driver::{Connection, Driver, Stats, Work, WriteClass};

pub(crate) use driver::params;
pub(crate) use sessions::doubtful;

/// The store over a database.
pub struct Database {
    driver: Driver,
    touches: Arc<PendingTouches>,
}

impl Database {
    /// Opens and migrates the database and starts its threads. `touches` are the engine's: they are merged into every read.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(location: &Location, options: &Options, touches: Arc<PendingTouches>) -> Result<Self, OpenError> {
        Ok(Self { driver: Driver::Sqlite(Sqlite::open(location, options)?), touches })
    }

    /// As [`Self::open`], over PostgreSQL.
    ///
    /// # Errors
    /// See [`postgres::OpenError`].
    pub fn connect(address: &Address, options: &postgres::Options, touches: Arc<PendingTouches>) -> Result<Self, postgres::OpenError> {
        Ok(Self { driver: Driver::Postgres(Postgres::open(address, options)?), touches })
    }

    /// How many others are connected to the same database. Of SQLite nobody is, while it is open.
    ///
    /// # Errors
    /// The store's.
    pub async fn others_connected(&self) -> Result<u64, StoreError> {
        match &self.driver {
            Driver::Sqlite(_) => Ok(0),
            Driver::Postgres(postgres) => Ok(postgres.others_connected().await?),
        }
    }

    /// What the driver has done so far.
    pub fn stats(&self) -> Stats {
        self.driver.stats()
    }

    /// Runs what is queued, then closes the database. Blocks until then.
    pub fn shutdown(&self) {
        self.driver.shutdown();
    }

    /// Runs one transaction that the caller waits for like any other.
    async fn write<T, F>(&self, class: WriteClass, transaction: F) -> Result<T, StoreError>
    where
        F: for<'c> FnOnce(&'c mut dyn Connection, Arc<PendingTouches>) -> Work<'c, T, StoreError> + Clone + Send + 'static,
        T: Send + 'static,
    {
        let touches = self.touches.clone();
        self.driver.write(class, move |conn| transaction(conn, touches)).await
    }
}

#[async_trait]
impl SessionStore for Database {
    async fn session(&self, lookup: SessionLookup) -> Result<Option<SessionSnapshot>, StoreError> {
        self.driver.read_point(|conn| Box::pin(async move { Ok(sessions::snapshot::find(conn, lookup, &self.touches).await?) })).await
    }

    async fn sign_in_record(&self, name: &SignInName, subject: &SignInSubject, now: Timestamp) -> Result<SignInRecord, StoreError> {
        self.driver.read_point(|conn| Box::pin(sign_ins::record(conn, name, subject, now))).await
    }

    async fn credentials(&self, user: UserNumber) -> Result<Option<Credentials>, StoreError> {
        self.driver.read_point(|conn| Box::pin(sign_ins::of_user(conn, user))).await
    }

    async fn refuse_sign_in(&self, refused: RefusedSignIn) -> Result<Option<Timestamp>, StoreError> {
        self.write(WriteClass::Ordinary, move |conn, _| Box::pin(async move { sign_ins::refuse(conn, &refused).await })).await
    }

    async fn create_session(&self, new: NewSession) -> Result<CreateOutcome, StoreError> {
        self.write(WriteClass::Ordinary, move |conn, touches| Box::pin(async move { sessions::create::create(conn, &new, &touches).await }))
            .await
    }

    async fn rehash_password(&self, user: UserNumber, old: PasswordHash, new: PasswordHash, audit: AuditEntry) -> Result<(), StoreError> {
        self.write(WriteClass::Ordinary, move |conn, _| {
            Box::pin(async move { directory::users::rehash(conn, user, &old, &new, &audit).await })
        })
        .await
    }

    async fn end_session(
        &self,
        session: SessionNumber,
        cause: EndCause,
        now: Timestamp,
        audit: AuditEntry,
    ) -> Result<EndOutcome, StoreError> {
        self.write(WriteClass::End, move |conn, touches| {
            Box::pin(async move { sessions::end::end_one(conn, session, cause, now, &audit, &touches).await })
        })
        .await
    }

    async fn set_session_expiry(&self, set: SetExpiry) -> Result<bool, StoreError> {
        self.write(WriteClass::Ordinary, move |conn, touches| Box::pin(async move { sessions::expiry::set(conn, &set, &touches).await }))
            .await
    }

    async fn end_sessions_of_user(&self, end: EndSessionsOfUser) -> Result<Vec<SessionNumber>, StoreError> {
        self.write(WriteClass::End, move |conn, touches| Box::pin(async move { sessions::end::end_of_user(conn, &end, &touches).await }))
            .await
    }

    async fn end_sessions(&self, end: EndSessions) -> Result<Vec<RevokedSession>, StoreError> {
        self.write(WriteClass::End, move |conn, touches| Box::pin(async move { sessions::end::end_meant(conn, &end, &touches).await }))
            .await
    }

    async fn end_sessions_of_tenant(&self, end: EndSessionsOfTenant) -> Result<MovedTenant, StoreError> {
        self.write(WriteClass::End, move |conn, touches| Box::pin(async move { sessions::tenant_end::end(conn, &end, &touches).await }))
            .await
    }

    async fn ended_with_tenant(&self, end: TenantEnd, list: usize) -> Result<EndedWithTenant, StoreError> {
        self.driver.read(move |conn| Box::pin(sessions::tenant_end::ended(conn, end, list))).await
    }

    async fn session_detail(&self, session: SessionLookup) -> Result<Option<DetailedSnapshot>, StoreError> {
        self.driver.read_point(|conn| Box::pin(sessions::detail::find(conn, session, &self.touches))).await
    }

    async fn live_sessions_of_user(&self, user: UserNumber, now: Timestamp) -> Result<Vec<DetailedSnapshot>, StoreError> {
        let touches = self.touches.clone();
        self.driver.read(move |conn| Box::pin(async move { sessions::detail::live_of_user(conn, user, now, &touches).await })).await
    }

    async fn page_of_scope(&self, list: ListScope) -> Result<ScopePage, StoreError> {
        let touches = self.touches.clone();
        self.driver.read(move |conn| Box::pin(async move { sessions::scope::page(conn, &list, &touches).await })).await
    }

    async fn users_with_sessions(&self, list: ListUsers) -> Result<PageOfUsers, StoreError> {
        self.driver.read(move |conn| Box::pin(async move { sessions::users::page(conn, &list).await })).await
    }

    async fn page_of_user(&self, list: ListSessionsOfUser) -> Result<Option<FoundSessionsOfUser>, StoreError> {
        let touches = self.touches.clone();
        self.driver.read(move |conn| Box::pin(async move { sessions::of_user::page(conn, &list, &touches).await })).await
    }

    async fn session_statistics(&self, tenant: TenantNumber, now: Timestamp) -> Result<SessionStatistics, StoreError> {
        let touches = self.touches.clone();
        self.driver.read(move |conn| Box::pin(async move { sessions::statistics::of_tenant(conn, tenant, now, &touches).await })).await
    }

    async fn user_within(&self, user: UserUid, scope: SessionScope) -> Result<Option<UserNumber>, StoreError> {
        self.driver.read_point(|conn| Box::pin(directory::places::user_within(conn, user, scope))).await
    }

    async fn oldest_stored_session(&self) -> Result<Option<Timestamp>, StoreError> {
        self.driver.read_point(|conn| Box::pin(sessions::expiry::oldest_stored(conn))).await
    }

    async fn list_sessions(&self, list: ListSessions) -> Result<SessionPage, StoreError> {
        let touches = self.touches.clone();
        self.driver.read(move |conn| Box::pin(async move { sessions::list::page(conn, &list, &touches).await })).await
    }

    async fn save_touches(&self, touches: Vec<Touch>) -> Result<(), StoreError> {
        self.write(WriteClass::Ordinary, move |conn, _| Box::pin(async move { sessions::upkeep::save_touches(conn, &touches).await })).await
    }

    async fn sweep_dead(&self, now: Timestamp, limit: usize, audit: AuditEntry) -> Result<Swept, StoreError> {
        self.write(WriteClass::Ordinary, move |conn, touches| {
            Box::pin(async move { sessions::upkeep::sweep(conn, now, limit, &audit, &touches).await })
        })
        .await
    }

    async fn archive_ended(&self, ended_before: Timestamp, now: Timestamp, limit: usize, audit: AuditEntry) -> Result<usize, StoreError> {
        self.write(WriteClass::Ordinary, move |conn, _| {
            Box::pin(async move { sessions::upkeep::archive(conn, ended_before, now, limit, &audit).await })
        })
        .await
    }

    async fn purge_archived(&self, archived_before: Timestamp, limit: usize, audit: AuditEntry) -> Result<usize, StoreError> {
        self.write(WriteClass::Ordinary, move |conn, _| {
            Box::pin(async move { sessions::upkeep::purge(conn, archived_before, limit, &audit).await })
        })
        .await
    }

    async fn stamp_moved_epochs(&self, now: Timestamp, limit: usize) -> Result<(usize, bool), StoreError> {
        self.write(WriteClass::Ordinary, move |conn, touches| {
            Box::pin(async move { sessions::upkeep::stamp_moved_epochs(conn, now, limit, &touches).await })
        })
        .await
    }

    async fn settle_restored_backup(&self, restored: RestoredBackup) -> Result<(), StoreError> {
        self.write(WriteClass::End, move |conn, _| Box::pin(async move { sessions::restored::settle(conn, &restored).await })).await
    }

    async fn settle_sign_in_failures(&self, before: Timestamp, windows: FailureWindows, limit: usize) -> Result<usize, StoreError> {
        self.write(WriteClass::Ordinary, move |conn, _| Box::pin(sign_ins::settle(conn, before, windows, limit))).await
    }
}

#[async_trait]
impl TokenStore for Database {
    async fn grant(&self, grant: GrantNumber) -> Result<Option<GrantSnapshot>, StoreError> {
        self.driver.read_point(|conn| Box::pin(tokens::grant(conn, grant, &self.touches))).await
    }

    async fn generation(&self, grant: GrantNumber, session: SessionNumber) -> Result<Option<Generation>, StoreError> {
        self.driver.read_point(|conn| Box::pin(tokens::generation(conn, grant, session))).await
    }

    async fn rotate_grant(&self, rotation: Rotation) -> Result<bool, StoreError> {
        self.write(WriteClass::Ordinary, move |conn, touches| Box::pin(async move { tokens::rotate(conn, &rotation, &touches).await }))
            .await
    }

    async fn begin_application_grant(&self, new: NewGrant) -> Result<Option<GrantNumber>, StoreError> {
        self.write(WriteClass::Ordinary, move |conn, touches| Box::pin(async move { grants::begin(conn, &new, &touches).await })).await
    }

    async fn signing_keys(&self) -> Result<Vec<SigningKeyRecord>, StoreError> {
        self.driver.read_point(|conn| Box::pin(tokens::signing_keys(conn))).await
    }

    async fn change_signing_keys(&self, change: SigningKeyChange) -> Result<(), StoreError> {
        self.write(WriteClass::Ordinary, move |conn, _| Box::pin(async move { tokens::change_signing_keys(conn, &change).await })).await
    }
}

#[async_trait]
impl Store for Database {
    async fn may_run_tasks(&self) -> Result<bool, StoreError> {
        Ok(self.driver.may_run_tasks().await?)
    }

    async fn check(&self) -> Result<(), StoreError> {
        // A change of nothing goes the whole way: queue, transaction, commit.
        self.write(WriteClass::Ordinary, |conn, _| {
            Box::pin(async move {
                conn.execute("UPDATE server SET epoch = epoch WHERE only_row = 1", params![]).await?;
                Ok(())
            })
        })
        .await
    }
}
