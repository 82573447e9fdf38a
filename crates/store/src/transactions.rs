//! What the engine asks of a store, over a database. One line a method: what is asked, on which kind of connection, in which class of
//! the queue where it writes, and the function that does it.

use std::sync::Arc;

use async_trait::async_trait;
use cloakroom_engine::account::MailPurpose;
use cloakroom_engine::account::mail_token::MailTokenHash;
use cloakroom_engine::account::store::{
    Account, AccountStore, AskedMail, PasswordChange, PasswordChangeOutcome, PasswordReset, SettledMail, TakeMail, TakenMail,
};
use cloakroom_engine::audit::AuditEntry;
use cloakroom_engine::callers::Authorisation::{self, Anybody, Server, Verified};
use cloakroom_engine::callers::{Basis, OrgStanding, Refusal, Warrant};
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::cursor::Place;
use cloakroom_engine::directory::changes::{
    ApplicationChange, EmailChange, IdentityProviderChange, NewApplication, NewIdentityProvider, NewPartner, NewTenant, NewUser, Patch,
    SparedSessions, TenantChange, UserChange,
};
use cloakroom_engine::directory::document::EntryError;
use cloakroom_engine::directory::identity_provider::store::{IdentityProviderStore, SoughtProviders};
use cloakroom_engine::directory::identity_provider::{IdentityProviderRecord, LoginProvider, SealedSecret, StoredIdentityProvider};
use cloakroom_engine::directory::password::PasswordHash;
use cloakroom_engine::directory::plan::{ApplyPlan, ApplyReport, KnownUser};
use cloakroom_engine::directory::records::{ApplicationRecord, ClientSecretRecord, PartnerRecord, TenantRecord, UserRecord};
use cloakroom_engine::directory::store::{DirectoryPage, DirectoryStore, ListDirectory};
use cloakroom_engine::directory::{TenantPlace, UserStatus};
use cloakroom_engine::error::StoreError;
use cloakroom_engine::federation::store::{EndProviderSessions, FederationStore, SettleIdentity, SettledIdentity};
use cloakroom_engine::ids::{
    ApiKeyUid, ApplicationNumber, ApplicationUid, ClientSecretUid, IdentityProviderUid, PartnerNumber, PartnerUid, ServiceAccountNumber,
    SessionNumber, TenantNumber, TenantUid, UserNumber, UserUid,
};
use cloakroom_engine::machine::api_keys::uses::ApiKeyUse;
use cloakroom_engine::machine::application::ClientRecord;
use cloakroom_engine::machine::service_accounts::ServiceAccount;
use cloakroom_engine::machine::store::{
    ClientLookup, DoomServiceAccount, ListApiKeys, ListServiceAccounts, MachineStore, NewApiKey, NewApiKeyOutcome, NewServiceAccount, Page,
    RevokeApiKey, RevokeApiKeys, SetApiKeyPolicy, SpentAssertion, StoredApiKey,
};
use cloakroom_engine::machine::verdict::ApiKeySnapshot;
use cloakroom_engine::openid::code::AuthorizationCodeHash;
use cloakroom_engine::openid::consents::Consent;
use cloakroom_engine::openid::logout::store::{ListLogouts, LogoutStore, SettledLogout, TakenLogout};
use cloakroom_engine::openid::logout::{DueLogout, LogoutNumber, LogoutRecord};
use cloakroom_engine::openid::store::{
    NewCode, OpenIdStore, Reauthentication, ReauthenticationOutcome, StoredAuthorization, StoredCode, WithdrawConsent,
};
use cloakroom_engine::page::ListPage;
use cloakroom_engine::secret::ClientSecretHash;
use cloakroom_engine::sessions::activity::{Activity, AskActivity};
use cloakroom_engine::sessions::credentials::{
    Credentials, FailureWindows, RefusedSignIn, SignInLock, SignInRecord, SignInSubject, SoughtName,
};
use cloakroom_engine::sessions::detail::DetailedSnapshot;
use cloakroom_engine::sessions::metadata::KeptMetadata;
use cloakroom_engine::sessions::pages::{
    FoundSessionsOfUser, ListOwnSessions, ListScope, ListSessions, ListSessionsOfUser, ListUsers, OwnSessions, SessionPage,
    UserWithSessions,
};
use cloakroom_engine::sessions::scope::SessionScope;
use cloakroom_engine::sessions::searching::{FoundNames, SearchSessions, SearchedSessions, SoughtNames};
use cloakroom_engine::sessions::statistics::SessionStatistics;
use cloakroom_engine::sessions::store::{
    CreateOutcome, EndCause, EndOutcome, EndSessions, EndSessionsOfTenant, EndSessionsOfUser, EndedWithTenant, MovedTenant, NameSession,
    NewSession, RestoredBackup, RevokedSession, SessionLookup, SessionStore, SetExpiry, SetMetadata, SetMetadataOutcome, Swept, TenantEnd,
};
use cloakroom_engine::sessions::touches::Touch;
use cloakroom_engine::sessions::verdict::SessionSnapshot;
use cloakroom_engine::tokens::access_token::SigningKeyRecord;
use cloakroom_engine::tokens::grant::GrantSnapshot;
use cloakroom_engine::tokens::store::{NewGrant, RevokedToken, Rotation, SigningKeyChange, TokenStore};
use cloakroom_engine::tokens::{GrantNumber, TokenAlgorithm};

use crate::account::{mails, own, redeem};
use crate::database::Database;
use crate::directory::admin::{applications, client_secrets, emails, identity_providers, list, locks, partners, tenants, users};
use crate::directory::{self, identities, identity_providers as providers, places, read};
use crate::driver::WriteClass;
use crate::machine::{api_keys, clients, orgs, service_accounts};
use crate::openid::{codes, consents, logouts, reauthentication};
use crate::remembered;
use crate::sessions::users as people;
use crate::sessions::{
    activity, create, detail, end, expiry, list as own_sessions, live_of_user, metadata, naming, of_user, provider_logout, restored, scope,
    search, snapshot, statistics, tenant_end, upkeep,
};
use crate::{grants, judgement, sign_ins, tokens};

/// `fn method(what: Asked) -> Answer = kind(Class, on whose word) |conn, touches| function(conn, …);` A caller's word is judged again
/// before the function begins.
macro_rules! transactions {
    (impl $store:ident {
        $(fn $method:ident($($asked:ident: $type:ty),* $(,)?) -> $answer:ty
            = $kind:ident $(($class:ident, $by:expr))? |$conn:ident, $touches:pat_param| $work:expr;)+
    }) => {
        #[expect(clippy::needless_question_mark, reason = "some functions fail as the driver does")]
        #[async_trait]
        impl $store for Database {
            $(async fn $method(&self, $($asked: $type),*) -> Result<$answer, StoreError> {
                let _metered = self.metered();
                answer!(self.$kind($(WriteClass::$class, Authorisation::from($by))?) |$conn, $touches| $work).await
            })+
        }
    };
}

macro_rules! answer {
    // What memory may answer needs no connection, and is asked for at every request: it is not boxed.
    ($store:ident.remembered() |$conn:ident, $touches:pat_param| $work:expr) => {{
        let ($conn, $touches) = ($store, $store.touches());
        $work
    }};
    ($store:ident.$kind:ident($($how:expr),*) |$conn:ident, $touches:pat_param| $work:expr) => {
        $store.$kind($($how,)* move |$conn, $touches| Box::pin(async move { Ok($work.await?) }))
    };
}

pub(crate) use {answer, transactions};

transactions! {
    impl SessionStore {
        fn judge_again(basis: Basis) -> () = read_point |conn, touches| judgement::judge(conn, &basis, touches);
        fn session(lookup: SessionLookup) -> Option<SessionSnapshot> = read_point |conn, touches| snapshot::find(conn, lookup, touches);
        fn live_session(lookup: SessionLookup, now: Timestamp) -> Option<SessionSnapshot>
            = remembered |store, touches| remembered::session(store, lookup, now, touches);
        fn live_session_with_account(lookup: SessionLookup, now: Timestamp) -> Option<(SessionSnapshot, Arc<Account>)>
            = remembered |store, touches| remembered::session_with_account(store, lookup, now, touches);
        fn sign_in_record(name: &SoughtName, subject: &SignInSubject, now: Timestamp) -> SignInRecord
            = read_point |conn, _| sign_ins::record(conn, name, subject, now);
        fn credentials(user: UserNumber) -> Option<Credentials> = read_point |conn, _| sign_ins::of_user(conn, user);
        fn refuse_sign_in(refused: RefusedSignIn) -> Option<Timestamp>
            = write(Ordinary, Anybody) |conn, _| sign_ins::refuse(conn, &refused);
        fn create_session(by: Authorisation, new: NewSession) -> CreateOutcome
            = write(Ordinary, by) |conn, touches| create::create(conn, &new, &touches);
        fn rehash_password(user: UserNumber, old: PasswordHash, new: PasswordHash, audit: AuditEntry) -> ()
            = write(Ordinary, Verified) |conn, _| directory::users::rehash(conn, user, &old, &new, &audit);
        fn end_session(by: Authorisation, session: SessionNumber, cause: EndCause, now: Timestamp, audit: AuditEntry) -> EndOutcome
            = write(End, by) |conn, touches| end::end_one(conn, session, cause, now, &audit, &touches);
        fn set_session_expiry(by: Basis, set: SetExpiry) -> bool = write(Ordinary, by) |conn, touches| expiry::set(conn, &set, &touches);
        fn name_session(by: Basis, name: NameSession) -> bool = write(Ordinary, by) |conn, touches| naming::name(conn, &name, &touches);
        fn session_metadata(sessions: Vec<SessionNumber>) -> Vec<KeptMetadata> = read_point |conn, _| metadata::of(conn, &sessions);
        fn set_session_metadata(by: Basis, set: SetMetadata) -> SetMetadataOutcome
            = write(Ordinary, by) |conn, touches| metadata::set(conn, &set, &touches);
        fn end_sessions_of_user(by: Basis, end: EndSessionsOfUser) -> Vec<SessionNumber>
            = write(End, by) |conn, touches| end::end_of_user(conn, &end, &touches);
        fn end_sessions(by: Basis, end: EndSessions) -> Vec<RevokedSession>
            = write(End, by) |conn, touches| end::end_meant(conn, &end, &touches);
        fn end_sessions_of_tenant(by: Authorisation, end: EndSessionsOfTenant) -> MovedTenant
            = write(End, by) |conn, touches| tenant_end::end(conn, &end, &touches);
        fn ended_with_tenant(end: TenantEnd, list: usize) -> EndedWithTenant = read |conn, _| tenant_end::ended(conn, end, list);
        fn session_detail(session: SessionLookup) -> Option<DetailedSnapshot>
            = read_point |conn, touches| detail::find(conn, session, touches);
        fn live_sessions_of_user(list: ListOwnSessions) -> OwnSessions
            = read |conn, touches| live_of_user::page(conn, &list, &touches);
        fn page_of_scope(list: ListScope) -> ListPage<DetailedSnapshot, Place>
            = read |conn, touches| scope::page(conn, &list, &touches);
        fn search_sessions(search: SearchSessions) -> SearchedSessions = read |conn, touches| search::search(conn, &search, &touches);
        fn found_names(sought: SoughtNames) -> FoundNames = read_point |conn, _| places::found(conn, &sought);
        fn users_with_sessions(list: ListUsers) -> ListPage<UserWithSessions, Place> = read |conn, _| people::page(conn, &list);
        fn page_of_user(list: ListSessionsOfUser) -> Option<FoundSessionsOfUser>
            = read |conn, touches| of_user::page(conn, &list, &touches);
        fn session_statistics(tenant: TenantNumber, now: Timestamp) -> SessionStatistics
            = read |conn, touches| statistics::of_tenant(conn, tenant, now, &touches);
        fn activity(asked: AskActivity) -> Activity = read |conn, _| activity::read(conn, asked);
        fn user_within(user: UserUid, scope: SessionScope) -> Option<UserNumber>
            = read_point |conn, _| places::user_within(conn, user, scope);
        fn oldest_stored_session() -> Option<Timestamp> = read_point |conn, _| expiry::oldest_stored(conn);
        fn list_sessions(list: ListSessions) -> SessionPage = read |conn, touches| own_sessions::page(conn, &list, &touches);
        fn save_touches(touched: Vec<Touch>) -> () = write(Ordinary, Server) |conn, _| upkeep::save_touches(conn, &touched);
        fn sweep_dead(now: Timestamp, limit: usize, audit: AuditEntry) -> Swept
            = write(Ordinary, Server) |conn, touches| upkeep::sweep(conn, now, limit, &audit, &touches);
        fn archive_ended(ended_before: Timestamp, now: Timestamp, limit: usize, audit: AuditEntry) -> usize
            = write(Ordinary, Server) |conn, _| upkeep::archive(conn, ended_before, now, limit, &audit);
        fn purge_archived(archived_before: Timestamp, limit: usize, audit: AuditEntry) -> usize
            = write(Ordinary, Server) |conn, _| upkeep::purge(conn, archived_before, limit, &audit);
        fn stamp_moved_epochs(now: Timestamp, limit: usize) -> (usize, bool)
            = write(Ordinary, Server) |conn, touches| upkeep::stamp_moved_epochs(conn, now, limit, &touches);
        fn settle_restored_backup(restored: RestoredBackup) -> () = write(End, Server) |conn, _| restored::settle(conn, &restored);
        fn settle_sign_in_failures(before: Timestamp, windows: FailureWindows, limit: usize) -> usize
            = write(Ordinary, Server) |conn, _| sign_ins::settle(conn, before, windows, limit);
    }
}

transactions! {
    impl OpenIdStore {
        fn authorization(session: SessionNumber, application: ApplicationNumber) -> Option<StoredAuthorization>
            = read_point |conn, _| codes::authorization(conn, session, application);
        fn keep_code(by: Basis, new: NewCode) -> bool = write(Ordinary, by) |conn, _| codes::keep(conn, &new);
        fn consents(user: UserNumber) -> Vec<Consent> = read_point |conn, _| consents::of_user(conn, user);
        fn withdraw_consent(by: Basis, withdraw: WithdrawConsent) -> bool = write(End, by) |conn, _| consents::withdraw(conn, &withdraw);
        fn code(code: AuthorizationCodeHash) -> Option<StoredCode> = read_point |conn, _| codes::code(conn, &code);
        fn end_grant_of_code(by: Authorisation, code: AuthorizationCodeHash, audit: AuditEntry) -> ()
            = write(End, by) |conn, _| codes::end_grant(conn, &code, &audit);
        fn reauthenticate(by: Basis, proof: Reauthentication) -> ReauthenticationOutcome
            = write(Ordinary, by) |conn, touches| reauthentication::settle(conn, &proof, &touches);
    }
}

transactions! {
    impl LogoutStore {
        fn due_logouts(now: Timestamp, of_each: u32) -> Vec<DueLogout> = read |conn, _| logouts::due(conn, now, of_each);
        fn take_logouts(taken: Vec<TakenLogout>) -> Vec<LogoutNumber> = write(Ordinary, Server) |conn, _| logouts::take(conn, &taken);
        fn settle_logout(settled: SettledLogout) -> () = write(Ordinary, Server) |conn, _| logouts::settle(conn, &settled);
        fn forget_logouts(ended_before: Timestamp, limit: usize) -> usize
            = write(Ordinary, Server) |conn, _| logouts::forget(conn, ended_before, limit);
        fn logouts(list: ListLogouts) -> ListPage<LogoutRecord, Place> = read |conn, _| logouts::page(conn, &list);
    }
}

transactions! {
    impl DirectoryStore {
        fn partner(partner: PartnerUid) -> Option<PartnerRecord> = read_point |conn, _| read::partner(conn, partner);
        fn tenant(tenant: TenantUid) -> Option<TenantRecord> = read_point |conn, _| read::tenant(conn, tenant);
        fn user(user: UserUid) -> Option<UserRecord> = read_point |conn, _| read::user(conn, user);
        fn application(application: ApplicationUid) -> Option<ApplicationRecord>
            = read_point |conn, _| read::application(conn, application);
        fn client_secrets(application: ApplicationUid) -> Option<(ApplicationRecord, Vec<ClientSecretRecord>)>
            = read_point |conn, _| read::application_with_secrets(conn, application);
        fn list_partners(asked: ListDirectory) -> DirectoryPage<PartnerRecord> = read |conn, _| list::partners(conn, &asked);
        fn list_tenants(asked: ListDirectory) -> DirectoryPage<TenantRecord> = read |conn, _| list::tenants(conn, &asked);
        fn list_users(asked: ListDirectory) -> DirectoryPage<UserRecord> = read |conn, _| list::users(conn, &asked);
        fn list_applications(asked: ListDirectory) -> DirectoryPage<ApplicationRecord> = read |conn, _| list::applications(conn, &asked);
        fn create_partner(warrant: Warrant, uid: PartnerUid, new: NewPartner) -> Result<PartnerRecord, Refusal>
            = change(Ordinary, &warrant) |conn, _| partners::create(conn, &warrant, uid, &new);
        fn rename_partner(warrant: Warrant, partner: PartnerUid, name: Option<String>) -> Result<PartnerRecord, Refusal>
            = change(Ordinary, &warrant) |conn, _| partners::rename(conn, &warrant, partner, name.as_ref());
        fn doom_partner(warrant: Warrant, partner: PartnerUid) -> Result<(), Refusal>
            = change(Ordinary, &warrant) |conn, _| partners::doom(conn, &warrant, partner);
        fn create_tenant(warrant: Warrant, uid: TenantUid, new: NewTenant) -> Result<TenantRecord, Refusal>
            = change(Ordinary, &warrant) |conn, _| tenants::create(conn, &warrant, uid, &new);
        fn change_tenant(warrant: Warrant, tenant: TenantUid, change: TenantChange) -> Result<TenantRecord, Refusal>
            = change(End, &warrant) |conn, _| tenants::change(conn, &warrant, tenant, &change);
        fn create_user(warrant: Warrant, uid: UserUid, new: NewUser) -> Result<UserRecord, Refusal>
            = change(Ordinary, &warrant) |conn, _| users::create(conn, &warrant, uid, &new);
        fn change_user(warrant: Warrant, user: UserUid, change: UserChange) -> Result<UserRecord, Refusal>
            = change(End, &warrant) |conn, touches| users::change(conn, &warrant, &touches, user, &change);
        fn change_user_status(warrant: Warrant, user: UserUid, status: UserStatus) -> Result<UserRecord, Refusal>
            = change(End, &warrant) |conn, touches| users::change_status(conn, &warrant, &touches, user, status);
        fn change_emails(warrant: Warrant, user: UserUid, change: EmailChange) -> Result<UserRecord, Refusal>
            = change(End, &warrant) |conn, touches| emails::change(conn, &warrant, &touches, user, &change);
        fn reset_password(warrant: Warrant, user: UserUid, hash: PasswordHash, spared: SparedSessions) -> Result<UserRecord, Refusal>
            = change(End, &warrant) |conn, touches| users::reset_password(conn, &warrant, &touches, user, (&hash, spared));
        fn sign_in_locks(user: UserUid, now: Timestamp) -> Option<(UserRecord, Vec<SignInLock>)>
            = read |conn, _| locks::of_user(conn, user, now);
        fn lift_sign_in_locks(warrant: Warrant, user: UserUid) -> Result<(), Refusal>
            = change(Ordinary, &warrant) |conn, _| locks::lift(conn, &warrant, user);
        fn create_application(
            warrant: Warrant,
            uid: ApplicationUid,
            new: NewApplication,
            secret: Option<(ClientSecretUid, ClientSecretHash)>,
        ) -> Result<ApplicationRecord, Refusal>
            = change(Ordinary, &warrant) |conn, _| applications::create(conn, &warrant, uid, &new, secret.as_ref());
        fn change_application(warrant: Warrant, application: ApplicationUid, change: ApplicationChange)
            -> Result<ApplicationRecord, Refusal>
            = change(End, &warrant) |conn, _| applications::change(conn, &warrant, application, &change);
        fn retire_application(warrant: Warrant, application: ApplicationUid) -> Result<(), Refusal>
            = change(End, &warrant) |conn, _| applications::retire(conn, &warrant, application);
        fn add_client_secret(warrant: Warrant, application: ApplicationUid, secret: (ClientSecretUid, ClientSecretHash))
            -> Result<ClientSecretRecord, Refusal>
            = change(Ordinary, &warrant) |conn, _| client_secrets::add(conn, &warrant, application, &secret);
        fn remove_client_secret(warrant: Warrant, application: ApplicationUid, secret: ClientSecretUid) -> Result<(), Refusal>
            = change(End, &warrant) |conn, _| client_secrets::remove(conn, &warrant, application, secret);
        fn tenant_place(tenant: TenantUid) -> Option<TenantPlace> = read_point |conn, _| places::tenant(conn, tenant);
        fn partner_number(partner: PartnerUid) -> Option<PartnerNumber> = read_point |conn, _| places::partner(conn, partner);
        fn known_users(usernames: Vec<String>) -> Vec<KnownUser>
            = read |conn, _| directory::users::known(conn, &usernames);
        fn apply_directory(plan: ApplyPlan) -> Result<ApplyReport, EntryError>
            = change(Ordinary, Server) |conn, touches| directory::apply(conn, &plan, &touches);
        fn is_empty() -> bool = read_point |conn, _| directory::users::none_exists(conn);
    }
}

transactions! {
    impl IdentityProviderStore {
        fn identity_provider(uid: IdentityProviderUid) -> Option<IdentityProviderRecord>
            = read_point |conn, _| providers::read::provider(conn, uid);
        fn list_identity_providers(asked: ListDirectory) -> DirectoryPage<IdentityProviderRecord>
            = read |conn, _| list::identity_providers(conn, &asked);
        fn create_identity_provider(warrant: Warrant, uid: IdentityProviderUid, new: NewIdentityProvider, secret: Option<SealedSecret>)
            -> Result<IdentityProviderRecord, Refusal>
            = change(Ordinary, &warrant) |conn, _| identity_providers::create(conn, &warrant, uid, &new, secret.as_ref());
        fn change_identity_provider(
            warrant: Warrant,
            uid: IdentityProviderUid,
            change: IdentityProviderChange,
            secret: Patch<SealedSecret>,
        ) -> Result<IdentityProviderRecord, Refusal>
            = change(Ordinary, &warrant) |conn, _| identity_providers::change(conn, &warrant, uid, &change, &secret);
        fn approve_domains(warrant: Warrant, uid: IdentityProviderUid, domains: Vec<String>) -> Result<IdentityProviderRecord, Refusal>
            = change(Ordinary, &warrant) |conn, _| identity_providers::approve_domains(conn, &warrant, uid, &domains);
        fn retire_identity_provider(warrant: Warrant, uid: IdentityProviderUid) -> Result<(), Refusal>
            = change(Ordinary, &warrant) |conn, _| identity_providers::retire(conn, &warrant, uid);
        fn identity_provider_called(code: &str) -> Option<StoredIdentityProvider>
            = read_point |conn, _| providers::read::called(conn, code);
        fn identity_providers_of_issuer(issuer: &str, audience: &str) -> Vec<StoredIdentityProvider>
            = read_point |conn, _| providers::read::of_issuer(conn, issuer, audience);
        fn login_providers(sought: SoughtProviders) -> Vec<LoginProvider> = read_point |conn, _| providers::read::at_login(conn, &sought);
    }
}

transactions! {
    impl FederationStore {
        fn settle_identity(by: Authorisation, settle: SettleIdentity) -> SettledIdentity
            = write(Ordinary, by) |conn, _| identities::settle(conn, &settle);
        fn end_provider_sessions(by: Authorisation, end: EndProviderSessions) -> Option<usize>
            = write(End, by) |conn, touches| provider_logout::end(conn, &end, &touches);
    }
}

transactions! {
    impl TokenStore {
        fn grant(grant: GrantNumber) -> Option<GrantSnapshot> = read_point |conn, touches| tokens::grant(conn, grant, touches);
        fn live_grant(grant: GrantNumber, now: Timestamp) -> Option<GrantSnapshot>
            = remembered |store, touches| remembered::grant(store, grant, now, touches);
        fn rotate_grant(by: Authorisation, rotation: Rotation) -> bool
            = write(Ordinary, by) |conn, touches| tokens::rotate(conn, &rotation, &touches);
        fn begin_application_grant(by: Authorisation, new: NewGrant) -> Option<GrantNumber>
            = write(Ordinary, by) |conn, touches| grants::begin(conn, &new, &touches);
        fn revoke_token(by: Basis, revoked: RevokedToken) -> () = write(End, by) |conn, _| tokens::revoke(conn, &revoked);
        fn forget_revoked_tokens(expired_before: Timestamp, limit: usize) -> usize
            = write(Ordinary, Server) |conn, _| tokens::forget_revoked(conn, expired_before, limit);
        fn signing_keys() -> Vec<SigningKeyRecord> = read_point |conn, _| tokens::signing_keys(conn);
        fn id_token_algorithms() -> Vec<TokenAlgorithm> = read_point |conn, _| tokens::id_token_algorithms(conn);
        fn change_signing_keys(change: SigningKeyChange) -> ()
            = write(Ordinary, Server) |conn, _| tokens::change_signing_keys(conn, &change);
    }
}

transactions! {
    impl MachineStore {
        fn org_standing(user: UserNumber, code: &str) -> Option<OrgStanding> = read_point |conn, _| orgs::standing(conn, user, code);
        fn create_service_account(by: Basis, new: NewServiceAccount) -> ServiceAccountNumber
            = write(Ordinary, by) |conn, _| service_accounts::create(conn, &new);
        fn list_service_accounts(list: ListServiceAccounts) -> Page<ServiceAccount> = read |conn, _| service_accounts::page(conn, list);
        fn doom_service_account(by: Basis, doom: DoomServiceAccount) -> Option<ServiceAccount>
            = write(End, by) |conn, _| service_accounts::doom(conn, &doom);
        fn create_api_key(by: Basis, new: NewApiKey) -> NewApiKeyOutcome = write(Ordinary, by) |conn, _| api_keys::create(conn, &new);
        fn api_key(api_key: ApiKeyUid, now: Timestamp) -> Option<Arc<StoredApiKey>>
            = remembered |store, _| remembered::api_key(store, api_key, now);
        fn list_api_keys(list: ListApiKeys) -> Option<Page<ApiKeySnapshot>> = read |conn, _| api_keys::page(conn, list);
        fn revoke_api_key(by: Basis, revoke: RevokeApiKey) -> Option<ApiKeySnapshot>
            = write(End, by) |conn, _| api_keys::revoke(conn, &revoke);
        fn revoke_api_keys(by: Basis, revoke: RevokeApiKeys) -> Option<Timestamp>
            = write(End, by) |conn, _| orgs::revoke_api_keys(conn, &revoke);
        fn set_api_key_policy(by: Basis, policy: SetApiKeyPolicy) -> ()
            = write(Ordinary, by) |conn, _| orgs::set_api_key_policy(conn, &policy);
        fn save_api_key_uses(uses: Vec<ApiKeyUse>) -> () = write(Ordinary, Server) |conn, _| api_keys::save_uses(conn, &uses);
        fn client(lookup: ClientLookup) -> Option<Arc<ClientRecord>> = remembered |store, _| remembered::client(store, lookup);
        fn spend_assertion(spent: SpentAssertion) -> bool = write(Ordinary, Verified) |conn, _| clients::spend_assertion(conn, &spent);
    }
}

transactions! {
    impl AccountStore {
        fn account(user: UserNumber) -> Option<Arc<Account>> = remembered |store, _| remembered::account(store, user);
        fn rename_user(by: Basis, user: UserNumber, display_name: Option<String>, audit: AuditEntry) -> ()
            = write(Ordinary, by) |conn, _| own::rename(conn, user, display_name.as_ref(), &audit);
        fn change_password(by: Basis, change: PasswordChange) -> PasswordChangeOutcome
            = write(End, by) |conn, touches| own::change_password(conn, &change, &touches);
        fn ask_for_mail(asked: AskedMail) -> () = write(Ordinary, Anybody) |conn, _| mails::ask(conn, &asked);
        fn take_due_mail(take: TakeMail) -> TakenMail = write(Ordinary, Server) |conn, _| mails::take_due(conn, &take);
        fn settle_mail(settled: SettledMail) -> () = write(Ordinary, Server) |conn, _| mails::settle(conn, &settled);
        fn redeems(purpose: MailPurpose, token: MailTokenHash, now: Timestamp) -> Option<Vec<String>>
            = read_point |conn, _| redeem::redeems(conn, purpose, token, now);
        fn redeem_password_reset(reset: PasswordReset) -> Option<usize>
            = write(End, Verified) |conn, touches| redeem::reset_password(conn, &reset, &touches);
        fn verify_email(token: MailTokenHash, at: Timestamp, audit: AuditEntry) -> bool
            = write(Ordinary, Verified) |conn, _| redeem::verify_email(conn, token, at, &audit);
        fn forget_expired_mails(now: Timestamp, asked_before: Timestamp, limit: usize) -> usize
            = write(Ordinary, Server) |conn, _| mails::forget_expired(conn, now, asked_before, limit);
    }
}
