//! What the engine asks of a store. One method is one transaction; it decides nothing that a pure rule here decides.
//!
//! A store returns sessions with this process's pending touches merged in, and judges life with [`verdict`] alone.
//!
//! [`verdict`]: crate::sessions::verdict::verdict

use async_trait::async_trait;

use crate::account::store::AccountStore;
use crate::audit::store::AuditStore;
use crate::audit::{AuditEntry, RequestOrigin};
use crate::clock::{Span, Timestamp};
use crate::directory::apply::{ApplyPlan, ApplyReport};
use crate::directory::document::EntryError;
use crate::directory::password::PasswordHash;
use crate::directory::store::DirectoryStore;
use crate::directory::{EmailStatus, PlatformRole, TenantPlace, TenantStatus, UserStatus};
use crate::ids::{
    ApplicationNumber, EmailNumber, PartnerNumber, PartnerUid, SessionNumber, SessionUid, TenantNumber, TenantUid, UserNumber, UserUid,
};
use crate::machine::client_application::{ApplicationEpochs, ClientLookup, ClientRecord};
use crate::machine::client_assertion::SpentAssertion;
use crate::machine::store::MachineStore;
use crate::policy::LockoutPolicy;
use crate::secret::SessionSecretHash;
use crate::sessions::admin::RevokedSession;
use crate::sessions::admin::end::EndSessions;
use crate::sessions::admin::end_tenant::{EndSessionsOfTenant, EndedWithTenant, MovedTenant, TenantEnd};
use crate::sessions::admin::list::{ListScope, ScopePage};
use crate::sessions::admin::scope::SessionScope;
use crate::sessions::admin::statistics::SessionStatistics;
use crate::sessions::detail::DetailedSnapshot;
use crate::sessions::list::ListOrder;
use crate::sessions::operators::of_user::{FoundSessionsOfUser, ListSessionsOfUser};
use crate::sessions::operators::users::{ListUsers, PageOfUsers};
use crate::sessions::restored::RestoredBackup;
use crate::sessions::sign_in::SignInName;
use crate::sessions::storage::set_expiry::SetExpiry;
use crate::sessions::touches::Touch;
use crate::sessions::upkeep::{SharedStore, Swept};
use crate::sessions::verdict::SessionSnapshot;
use crate::sessions::{Birth, End, EndReason, Location, UserAgent};
use crate::tokens::access_token::SigningKeyRecord;
use crate::tokens::exchange::NewGrant;
use crate::tokens::refresh::{GrantSnapshot, Rotation};
use crate::tokens::refresh_token::RefreshSecretHash;
use crate::tokens::signing_keys::SigningKeyChange;
use crate::tokens::{Generation, GrantNumber};

/// The store could not do it. Texts name no value of any row.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum StoreError {
    /// Too much is queued; nothing was done.
    #[error("the store has too much to do")]
    Overloaded,
    /// The store is away or refuses to write; nothing was done.
    #[error("the store is not available: {0}")]
    Unavailable(String),
    /// Whether it was done is not known.
    #[error("whether the change was stored is not known: {0}")]
    OutcomeUnknown(String),
    /// What was read cannot be right, or a statement failed in a way that trying again does not mend.
    #[error("the store holds what it cannot hold: {0}")]
    Corrupt(String),
}

/// By what a session is looked up.
#[derive(Clone, Copy, Debug)]
pub enum SessionLookup {
    Secret(SessionSecretHash),
    Uid(SessionUid),
    Number(SessionNumber),
}

/// What stands under a sign-in name, and whether that name is locked.
#[derive(Clone, Debug)]
pub struct SignInRecord {
    pub credentials: Option<Credentials>,
    pub locked_until: Option<Timestamp>,
}

/// What a sign-in is checked against.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub user: UserNumber,
    pub user_uid: UserUid,
    pub user_status: UserStatus,
    pub email: Option<(EmailNumber, EmailStatus)>,
    pub password_hash: Option<PasswordHash>,
    pub tenant: Option<TenantStanding>,
    pub role: PlatformRole,
    /// The user's own cap, as it stands, in bounds or not.
    pub session_cap: Option<i64>,
}

/// The user's home tenant and what it changes of the session policy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TenantStanding {
    pub number: TenantNumber,
    pub uid: TenantUid,
    pub status: TenantStatus,
    pub ttl_seconds: Option<u32>,
    pub absolute_ttl_seconds: Option<u32>,
    pub slides: Option<bool>,
    pub session_cap: Option<u32>,
}

/// A name and a network, under which failures are counted. The name is a keyed hash: a store never sees what was typed.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SignInSubject {
    pub name: [u8; 16],
    pub network: String,
}

/// A session to create, with every decision but those that only the transaction can make.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub uid: SessionUid,
    /// The bearer secret, where the surface hands one out.
    pub secret: Option<SessionSecretHash>,
    /// The root of its chain of refresh tokens, where it is held by one.
    pub refresh: Option<RefreshSecretHash>,
    pub user: UserNumber,
    pub user_uid: UserUid,
    /// The application that bears it for its owner, and what that stands under: the session belongs to its tenant and dies with it.
    pub application: Option<(ApplicationNumber, ApplicationEpochs)>,
    pub email: Option<EmailNumber>,
    /// The hash that the passcode matched; a change since then means that the passcode is no longer the user's.
    pub proven: Option<PasswordHash>,
    /// Whose failures a success forgets, and whose lock still refuses.
    pub subject: Option<SignInSubject>,
    pub birth: Birth,
    pub created_at: Timestamp,
    pub ttl: Span,
    pub slides: bool,
    pub absolute_ttl: Span,
    pub caption: Option<String>,
    pub label: Option<String>,
    pub origin: RequestOrigin,
    /// What the user agent of `origin` is.
    pub agent: UserAgent,
    /// Where the address of `origin` is.
    pub location: Option<Location>,
    pub cap: u32,
    pub evict_oldest: bool,
    pub audit: AuditEntry,
}

/// What became of a [`NewSession`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CreateOutcome {
    Created {
        number: SessionNumber,
        tenant: Option<TenantNumber>,
        /// The chain of refresh tokens that it is held by.
        grant: Option<GrantNumber>,
    },
    AtCap,
    /// The user, the email, the passcode or the application changed while they were being checked.
    CredentialsChanged,
    Locked {
        until: Timestamp,
    },
}

/// A refused sign-in, to be counted and told to the trail.
#[derive(Clone, Debug)]
pub struct RefusedSignIn {
    pub subject: SignInSubject,
    pub at: Timestamp,
    /// Whether it counts towards a lock: a wrong passcode or unknown name does, a locked name does not.
    pub counts: bool,
    pub lockout: LockoutPolicy,
    pub audit: AuditEntry,
}

/// For how long failures count.
#[derive(Clone, Copy, Debug)]
pub struct FailureWindows {
    pub sign_ins: Span,
    /// The name that mails are counted under, and for how long.
    pub mails: ([u8; 16], Span),
}

/// What is to be recorded about one session's life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EndCause {
    /// Somebody ends it.
    Deliberate(End),
    /// It was found dead; whatever the verdict says is recorded.
    Found,
}

/// What became of ending one session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EndOutcome {
    /// The deliberate end is recorded.
    Ended(End),
    /// It was dead already, unrecorded; that end is recorded now.
    FoundDead(End),
    /// An end was recorded before.
    AlreadyEnded(End),
    /// Found alive where only a dead one was to be recorded.
    StillLive,
    Gone,
}

/// End all live sessions of one user, but perhaps one.
#[derive(Clone, Debug)]
pub struct EndSessionsOfUser {
    pub user: UserNumber,
    pub except: Option<SessionNumber>,
    pub at: Timestamp,
    pub reason: EndReason,
    pub by: Option<UserNumber>,
    /// Written once per session ended, each on its own session.
    pub audit: AuditEntry,
}

/// Which of a user's sessions a list shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    Live,
    Ended,
}

/// A place in a list that is ordered by creation and number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ListPosition {
    pub created_at: Timestamp,
    pub number: SessionNumber,
}

/// Whether archived sessions are listed too, and those of which time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ArchivedFilter {
    pub include: bool,
    /// Inclusive bound on the time of archiving.
    pub from: Option<Timestamp>,
    /// Exclusive bound.
    pub to: Option<Timestamp>,
}

/// One page of one user's sessions by creation, the number as tie-break.
#[derive(Clone, Debug)]
pub struct ListSessions {
    pub user: UserNumber,
    pub side: Side,
    pub order: ListOrder,
    pub after: Option<ListPosition>,
    pub limit: usize,
    pub caption: Option<String>,
    pub label: Option<String>,
    pub archived: ArchivedFilter,
    pub now: Timestamp,
}

/// A page, and whether anything follows it.
#[derive(Clone, Debug)]
pub struct SessionPage {
    pub sessions: Vec<SessionSnapshot>,
    pub more: bool,
}

/// The five-fold promise in terms of rows. Implemented by `cloakroom-store`.
#[async_trait]
pub trait Store: AccountStore + AuditStore + DirectoryStore + MachineStore + SharedStore {
    /// One session with everything that its verdict needs, in one read.
    async fn session(&self, lookup: SessionLookup) -> Result<Option<SessionSnapshot>, StoreError>;

    /// The user behind a canonical name and whether the name is locked at `now`, in one read.
    async fn sign_in_record(&self, name: &SignInName, subject: &SignInSubject, now: Timestamp) -> Result<SignInRecord, StoreError>;

    /// What a session of this user is opened with.
    async fn credentials(&self, user: UserNumber) -> Result<Option<Credentials>, StoreError>;

    /// Counts a refused sign-in, locks the name where the policy says so, writes the trail (floods summed by the minute).
    /// Returns until when the name was locked *before* this refusal was counted.
    async fn refuse_sign_in(&self, refused: RefusedSignIn) -> Result<Option<Timestamp>, StoreError>;

    /// Creates a session; the cap holds exactly, whatever else is being created.
    async fn create_session(&self, new: NewSession) -> Result<CreateOutcome, StoreError>;

    /// Replaces a password hash by one of today's costs, if it is still `old`.
    async fn rehash_password(&self, user: UserNumber, old: PasswordHash, new: PasswordHash, audit: AuditEntry) -> Result<(), StoreError>;

    async fn end_session(
        &self,
        session: SessionNumber,
        cause: EndCause,
        now: Timestamp,
        audit: AuditEntry,
    ) -> Result<EndOutcome, StoreError>;

    /// Sets when a live session of a user expires; whether there was one. What was touched before changes nothing about it.
    async fn set_session_expiry(&self, set: SetExpiry) -> Result<bool, StoreError>;

    /// Ends all live sessions of a user in one transaction and returns them; the dead ones among them get their own end.
    async fn end_sessions_of_user(&self, end: EndSessionsOfUser) -> Result<Vec<SessionNumber>, StoreError>;

    /// Ends those live sessions of a user that are meant, in one transaction, and returns them; the dead ones among them get
    /// their own end.
    async fn end_sessions(&self, end: EndSessions) -> Result<Vec<RevokedSession>, StoreError>;

    /// Ends every session of a tenant at once by moving its epoch.
    async fn end_sessions_of_tenant(&self, end: EndSessionsOfTenant) -> Result<MovedTenant, StoreError>;

    /// What an epoch move ended: exactly how many, and the newest `list` of them.
    async fn ended_with_tenant(&self, end: TenantEnd, list: usize) -> Result<EndedWithTenant, StoreError>;

    /// One session with what lists show beside it.
    async fn session_detail(&self, session: SessionLookup) -> Result<Option<DetailedSnapshot>, StoreError>;

    /// All live sessions of a user, newest first.
    async fn live_sessions_of_user(&self, user: UserNumber, now: Timestamp) -> Result<Vec<DetailedSnapshot>, StoreError>;

    /// One numbered page of a scope, newest first, and how many there are in all. Touches that are due must be stored before.
    async fn page_of_scope(&self, list: ListScope) -> Result<ScopePage, StoreError>;

    /// One numbered page of the users who have live sessions, and how many there are in all. Touches that are due must be stored
    /// before.
    async fn users_with_sessions(&self, list: ListUsers) -> Result<PageOfUsers, StoreError>;

    /// One numbered page of a user's live sessions, most lately active first, and how many there are in all; `None` without the user.
    async fn page_of_user(&self, list: ListSessionsOfUser) -> Result<Option<FoundSessionsOfUser>, StoreError>;

    /// Counts a tenant's sessions. Touches that are due must be stored before.
    async fn session_statistics(&self, tenant: TenantNumber, now: Timestamp) -> Result<SessionStatistics, StoreError>;

    async fn tenant_place(&self, tenant: TenantUid) -> Result<Option<TenantPlace>, StoreError>;

    async fn partner_number(&self, partner: PartnerUid) -> Result<Option<PartnerNumber>, StoreError>;

    /// The user, if at home in a tenant of the scope, a member of one, or ever the owner of a session of one.
    async fn user_within(&self, user: UserUid, scope: SessionScope) -> Result<Option<UserNumber>, StoreError>;

    /// A grant with its session.
    async fn grant(&self, grant: GrantNumber) -> Result<Option<GrantSnapshot>, StoreError>;

    /// How far the user's own grant of a session has come; `None` when it is none of that session.
    async fn generation(&self, grant: GrantNumber, session: SessionNumber) -> Result<Option<Generation>, StoreError>;

    /// Rotates a grant if it is still where the rotation starts from and its session lives; whether it did.
    async fn rotate_grant(&self, rotation: Rotation) -> Result<bool, StoreError>;

    /// Begins the chain of an application within a session, if both still stand; `None` if not. The grants of that application
    /// in that session that ended go, and so do those that rested longest where there are too many.
    async fn begin_application_grant(&self, new: NewGrant) -> Result<Option<GrantNumber>, StoreError>;

    /// The client application of this name, in one read with everything that it stands on.
    async fn client(&self, lookup: ClientLookup) -> Result<Option<ClientRecord>, StoreError>;

    /// Remembers an assertion until it expires; whether it had not been shown before.
    async fn spend_assertion(&self, spent: SpentAssertion) -> Result<bool, StoreError>;

    /// When the oldest session was born that an application keeps (session storage) and whose end is not recorded.
    async fn oldest_stored_session(&self) -> Result<Option<Timestamp>, StoreError>;

    /// Every signing key, oldest first.
    async fn signing_keys(&self) -> Result<Vec<SigningKeyRecord>, StoreError>;

    /// Changes the signing keys, unless they are others by now than the change was made from.
    async fn change_signing_keys(&self, change: SigningKeyChange) -> Result<(), StoreError>;

    async fn list_sessions(&self, list: ListSessions) -> Result<SessionPage, StoreError>;

    /// Stores touches, each field by greatest value.
    async fn save_touches(&self, touches: Vec<Touch>) -> Result<(), StoreError>;

    /// Records the end of at most `limit` sessions that are dead at `now`.
    async fn sweep_dead(&self, now: Timestamp, limit: usize, audit: AuditEntry) -> Result<Swept, StoreError>;

    /// Archives at most `limit` sessions that ended before `ended_before`.
    async fn archive_ended(&self, ended_before: Timestamp, now: Timestamp, limit: usize, audit: AuditEntry) -> Result<usize, StoreError>;

    /// Purges at most `limit` sessions that were archived before `archived_before`.
    async fn purge_archived(&self, archived_before: Timestamp, limit: usize, audit: AuditEntry) -> Result<usize, StoreError>;

    /// Records the ends that moved epochs caused, at most `limit` sessions looked at; returns how many of them it recorded and
    /// whether anything is left.
    async fn stamp_moved_epochs(&self, now: Timestamp, limit: usize) -> Result<(usize, bool), StoreError>;

    /// Moves the server's epoch if the sessions are to end, and tells the trail of the restore.
    async fn settle_restored_backup(&self, restored: RestoredBackup) -> Result<(), StoreError>;

    /// Tells the trail of refusals that were summed in minutes before `before`, and forgets failures and locks that are over.
    async fn settle_sign_in_failures(&self, before: Timestamp, windows: FailureWindows, limit: usize) -> Result<usize, StoreError>;

    /// The password hashes of those of `usernames` who exist.
    async fn known_users(&self, usernames: Vec<String>) -> Result<Vec<(String, Option<PasswordHash>)>, StoreError>;

    /// Makes the directory as the plan says, all or nothing.
    async fn apply_directory(&self, plan: ApplyPlan) -> Result<Result<ApplyReport, EntryError>, StoreError>;

    /// Whether no user exists yet.
    async fn is_empty(&self) -> Result<bool, StoreError>;

    /// Whether a change could be stored now; changes nothing.
    async fn check(&self) -> Result<(), StoreError>;
}
