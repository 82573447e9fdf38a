//! What sessions ask of a store. One method is one transaction; it decides nothing that a pure rule of the engine decides. One that
//! changes something on the word of a caller takes what the caller's capability rests on, and fails with [`StoreError::Lapsed`] where
//! that does not hold any more when the transaction begins.
//!
//! A store returns sessions with this process's pending touches merged in, and judges life with [`verdict`] alone.
//!
//! [`verdict`]: crate::sessions::verdict::verdict

use std::sync::Arc;

use async_trait::async_trait;

use super::activity::{Activity, AskActivity};
use super::credentials::{Credentials, FailureWindows, RefusedSignIn, SignInRecord, SignInSubject, SoughtName};
use super::detail::DetailedSnapshot;
use super::metadata::{KeptMetadata, SessionMetadata};
use super::pages::{
    FoundSessionsOfUser, ListOwnSessions, ListScope, ListSessions, ListSessionsOfUser, ListUsers, OwnSessions, SessionPage,
    UserWithSessions,
};
use super::scope::SessionScope;
use super::searching::{FoundNames, SearchSessions, SearchedSessions, SoughtNames};
use super::statistics::SessionStatistics;
use super::touches::Touch;
use super::verdict::SessionSnapshot;
use super::{Authentication, Birth, End, EndReason, Location, UserAgent};
use crate::account::store::Account;
use crate::audit::{AuditEntry, RequestOrigin};
use crate::callers::{Authorisation, Basis};
use crate::clock::{Span, Timestamp};
use crate::cursor::Place;
use crate::directory::password::PasswordHash;
use crate::error::StoreError;
use crate::federation::store::ProviderProof;
use crate::ids::{ApplicationNumber, EmailNumber, SessionNumber, SessionUid, TenantNumber, UserNumber, UserUid};
use crate::machine::application::ApplicationEpochs;
use crate::page::ListPage;
use crate::secret::SessionSecretHash;
use crate::tokens::GrantNumber;
use crate::tokens::refresh_token::RefreshSecretHash;

/// By what a session is looked up.
#[derive(Clone, Copy, Debug)]
pub enum SessionLookup {
    Secret(SessionSecretHash),
    Uid(SessionUid),
    Number(SessionNumber),
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
    /// What an identity provider said, which is judged again; it governs memberships, too.
    pub provider: Option<ProviderProof>,
    pub birth: Birth,
    /// How its user proved to be themselves.
    pub authentication: Option<Authentication>,
    pub created_at: Timestamp,
    pub ttl: Span,
    pub slides: bool,
    pub absolute_ttl: Span,
    pub caption: Option<String>,
    pub label: Option<String>,
    /// What is kept with it from the beginning.
    pub metadata: SessionMetadata,
    pub origin: RequestOrigin,
    /// What the user agent of `origin` is.
    pub agent: UserAgent,
    /// Where the address of `origin` is.
    pub location: Option<Location>,
    pub cap: u32,
    pub evict_oldest: bool,
    pub audit: AuditEntry,
}

/// The outcome of a [`NewSession`].
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

/// What is to be recorded about one session's life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EndCause {
    /// Somebody ends it.
    Deliberate(End),
    /// It was found dead; whatever the verdict says is recorded.
    Found,
}

/// The outcome of ending one session.
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

/// Ends the chosen live sessions of a user.
#[derive(Clone, Debug)]
pub struct EndSessions {
    pub user: UserNumber,
    /// Only those within; its user is not looked at.
    pub scope: SessionScope,
    /// Only these.
    pub only: Option<Vec<SessionUid>>,
    pub except: Option<SessionNumber>,
    pub end: End,
    /// Written once per session ended, each on its own session.
    pub audit: AuditEntry,
}

/// A session that was ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RevokedSession {
    pub number: SessionNumber,
    pub uid: SessionUid,
}

/// End all that lives under a tenant.
#[derive(Clone, Debug)]
pub struct EndSessionsOfTenant {
    pub tenant: TenantNumber,
    pub end: End,
    /// How many of those that it ends are named, at most.
    pub list: usize,
    pub audit: AuditEntry,
}

/// A move of a tenant's epoch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TenantEnd {
    pub tenant: TenantNumber,
    /// The epoch whose sessions it ended.
    pub born: i64,
    pub end: End,
}

/// A move, and what it ended where that was told at once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MovedTenant {
    pub moved: TenantEnd,
    /// `None`: there was too much to look at while the end waited for it.
    pub ended: Option<EndedWithTenant>,
}

/// What such a move ended.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct EndedWithTenant {
    pub count: u64,
    /// Newest first.
    pub sessions: Vec<SessionUid>,
}

/// Let a live session of `user` expire `ttl` from `now`, as far as [`set_end`](super::terms::set_end) lets it.
///
/// It wins over every touch that was read before it, saved or not (see [`Activity::expiry_edition`]).
///
/// [`Activity::expiry_edition`]: crate::sessions::Activity::expiry_edition
#[derive(Clone, Debug)]
pub struct SetExpiry {
    pub session: SessionNumber,
    pub user: UserNumber,
    pub ttl: Span,
    /// The absolute lifetime that the tenant gives, where it gives one.
    pub tenant_absolute: Option<Span>,
    pub now: Timestamp,
    pub audit: AuditEntry,
}

/// Give a live session of `user`, which no application keeps, this caption, or none.
#[derive(Clone, Debug)]
pub struct NameSession {
    pub session: SessionUid,
    pub user: UserNumber,
    pub caption: Option<String>,
    pub now: Timestamp,
    /// Gets the session's tenant from the transaction.
    pub audit: AuditEntry,
}

/// Keep something else with a live session of `user`, if what is kept is of the edition that was `read`.
#[derive(Clone, Debug)]
pub struct SetMetadata {
    pub session: SessionNumber,
    pub user: UserNumber,
    pub read: i64,
    pub next: KeptMetadata,
    pub now: Timestamp,
    pub audit: AuditEntry,
}

/// The outcome of a [`SetMetadata`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SetMetadataOutcome {
    Set,
    /// Another edition is kept.
    Conflict,
    /// No such session lives.
    Gone,
}

/// What one batch of sweeping did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Swept {
    pub ended: usize,
    /// Candidates whose expiry had moved on.
    pub rescheduled: usize,
}

/// A backup that is about to be put in place.
#[derive(Clone, Debug)]
pub struct RestoredBackup {
    /// How every session in it ends; `None` where they are kept.
    pub end: Option<End>,
    pub audit: AuditEntry,
}

/// Sessions and sign-ins in terms of rows. Implemented by `cloakroom-store`.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Whether what a capability rests on still holds, for those who read for long.
    ///
    /// # Errors
    /// [`StoreError::Lapsed`] where it does not.
    async fn judge_again(&self, basis: Basis) -> Result<(), StoreError>;

    /// One session with everything that its verdict needs, in one read. What the database has of it now, for whoever shows it.
    async fn session(&self, lookup: SessionLookup) -> Result<Option<SessionSnapshot>, StoreError>;

    /// As [`Self::session`], for whoever only asks whether it lives at `now`. Facts in memory may answer that it does, with times of
    /// activity that other processes have moved on since; that it does not live, only the database says.
    async fn live_session(&self, lookup: SessionLookup, now: Timestamp) -> Result<Option<SessionSnapshot>, StoreError>;

    /// As [`Self::live_session`], with the account of its user.
    async fn live_session_with_account(
        &self,
        lookup: SessionLookup,
        now: Timestamp,
    ) -> Result<Option<(SessionSnapshot, Arc<Account>)>, StoreError>;

    /// The user behind a canonical name and whether the name is locked at `now`, in one read.
    async fn sign_in_record(&self, name: &SoughtName, subject: &SignInSubject, now: Timestamp) -> Result<SignInRecord, StoreError>;

    /// What a session of this user is opened with.
    async fn credentials(&self, user: UserNumber) -> Result<Option<Credentials>, StoreError>;

    /// Counts a refused sign-in, locks the name where the policy says so, writes the trail (floods summed by the minute).
    /// Returns until when the name was locked *before* this refusal was counted.
    async fn refuse_sign_in(&self, refused: RefusedSignIn) -> Result<Option<Timestamp>, StoreError>;

    /// Creates a session; the cap holds exactly, whatever else is being created.
    async fn create_session(&self, by: Authorisation, new: NewSession) -> Result<CreateOutcome, StoreError>;

    /// Replaces a password hash by one of today's costs, if it is still `old`.
    async fn rehash_password(&self, user: UserNumber, old: PasswordHash, new: PasswordHash, audit: AuditEntry) -> Result<(), StoreError>;

    async fn end_session(
        &self,
        by: Authorisation,
        session: SessionNumber,
        cause: EndCause,
        now: Timestamp,
        audit: AuditEntry,
    ) -> Result<EndOutcome, StoreError>;

    /// Sets when a live session of a user expires; whether there was one. What was touched before changes nothing about it.
    async fn set_session_expiry(&self, by: Basis, set: SetExpiry) -> Result<bool, StoreError>;

    /// Gives a session a caption; whether there was such a session. One that is called so already is not touched.
    async fn name_session(&self, by: Basis, name: NameSession) -> Result<bool, StoreError>;

    /// What is kept with each of these sessions, in their order; nothing of those that are not there.
    async fn session_metadata(&self, sessions: Vec<SessionNumber>) -> Result<Vec<KeptMetadata>, StoreError>;

    /// Has something else be kept with a session.
    async fn set_session_metadata(&self, by: Basis, set: SetMetadata) -> Result<SetMetadataOutcome, StoreError>;

    /// Ends all live sessions of a user in one transaction and returns them; the dead ones among them get their own end.
    async fn end_sessions_of_user(&self, by: Basis, end: EndSessionsOfUser) -> Result<Vec<SessionNumber>, StoreError>;

    /// Ends the chosen live sessions of a user in one transaction, and returns them; for the dead ones among them the true cause is
    /// recorded.
    async fn end_sessions(&self, by: Basis, end: EndSessions) -> Result<Vec<RevokedSession>, StoreError>;

    /// Ends every session of a tenant at once by moving its epoch.
    async fn end_sessions_of_tenant(&self, by: Authorisation, end: EndSessionsOfTenant) -> Result<MovedTenant, StoreError>;

    /// What an epoch move ended: exactly how many, and the newest `list` of them.
    async fn ended_with_tenant(&self, end: TenantEnd, list: usize) -> Result<EndedWithTenant, StoreError>;

    /// One session with what lists show beside it.
    async fn session_detail(&self, session: SessionLookup) -> Result<Option<DetailedSnapshot>, StoreError>;

    /// One page of the live sessions of a user, newest first.
    async fn live_sessions_of_user(&self, list: ListOwnSessions) -> Result<OwnSessions, StoreError>;

    /// One page of a scope, newest first, and how many there are in all. Touches that are due must be stored before.
    async fn page_of_scope(&self, list: ListScope) -> Result<ListPage<DetailedSnapshot, Place>, StoreError>;

    /// Some of the sessions that a filter selects. Touches that are due must be stored before.
    async fn search_sessions(&self, search: SearchSessions) -> Result<SearchedSessions, StoreError>;

    /// Who and what these names name, wherever they stand.
    async fn found_names(&self, sought: SoughtNames) -> Result<FoundNames, StoreError>;

    /// One page of the users who have live sessions, by username, and how many there are in all. Touches that are due must be stored
    /// before.
    async fn users_with_sessions(&self, list: ListUsers) -> Result<ListPage<UserWithSessions, Place>, StoreError>;

    /// One page of a user's live sessions, most lately active first, and how many there are in all; `None` without the user.
    async fn page_of_user(&self, list: ListSessionsOfUser) -> Result<Option<FoundSessionsOfUser>, StoreError>;

    /// Counts a tenant's sessions. Touches that are due must be stored before.
    async fn session_statistics(&self, tenant: TenantNumber, now: Timestamp) -> Result<SessionStatistics, StoreError>;

    /// What was counted within a scope, and what lives. Touches that are due must be stored before.
    async fn activity(&self, asked: AskActivity) -> Result<Activity, StoreError>;

    /// The user, if at home in a tenant of the scope, a member of one, or ever the owner of a session of one.
    async fn user_within(&self, user: UserUid, scope: SessionScope) -> Result<Option<UserNumber>, StoreError>;

    /// When the oldest session was born that an application keeps (session storage) and whose end is not recorded.
    async fn oldest_stored_session(&self) -> Result<Option<Timestamp>, StoreError>;

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
}
