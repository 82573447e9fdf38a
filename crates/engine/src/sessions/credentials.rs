//! What a sign-in is checked against, and what a refused one leaves.

use crate::audit::AuditEntry;
use crate::clock::{Span, Timestamp};
use crate::directory::password::PasswordHash;
use crate::directory::{EmailStatus, PlatformRole, SoughtEmail, TenantPolicy, TenantStatus, UserStatus, canonical_username};
use crate::ids::{EmailNumber, TenantNumber, TenantUid, UserNumber, UserUid};
use crate::policy::LockoutPolicy;

/// What somebody signs in with, as typed.
#[derive(Clone, Debug)]
pub enum SignInName {
    Email(String),
    Username(String),
    /// Either, as people type it into one field: an address where it has an @.
    Either(String),
}

impl SignInName {
    /// As it is looked up. What cannot be such a name takes the path of an unknown one.
    pub fn sought(&self) -> SoughtName {
        match self {
            Self::Email(text) => SoughtName::Email(SoughtEmail::of(text)),
            Self::Username(text) => SoughtName::Username(canonical_username(text.trim())),
            Self::Either(text) if text.contains('@') => SoughtName::Email(SoughtEmail::of(text)),
            Self::Either(text) => SoughtName::Username(canonical_username(text.trim())),
        }
    }

    /// By username, a user who is not entitled to sign in gets the answer of a wrong passcode (docs/contracts/user_tokens.md), and likewise
    /// on the sign-in page. By email, the reason is told once the passcode has matched (docs/contracts/usm.md).
    pub(super) const fn hides_status(&self) -> bool {
        matches!(self, Self::Username(_) | Self::Either(_))
    }

    /// Whether a locked name is refused in the time that a wrong passcode takes: the sign-in page answers the same to both.
    pub(super) const fn hides_lock(&self) -> bool {
        matches!(self, Self::Either(_))
    }
}

/// A name as it is looked up.
#[derive(Clone, Debug)]
pub enum SoughtName {
    Email(SoughtEmail),
    /// `None`: nobody can have what was typed.
    Username(Option<String>),
}

impl SoughtName {
    /// The one spelling that failures are counted under.
    pub(crate) fn canonical(&self) -> Option<&str> {
        match self {
            Self::Email(email) => email.name(),
            Self::Username(username) => username.as_deref(),
        }
    }
}

/// What failures are counted under, from which network. Of a name that nobody has it is a keyed hash: a store never sees what was typed.
/// Of a known one it is the account, so that its username and its addresses count together.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SignInSubject {
    pub name: [u8; 16],
    pub network: String,
}

impl SignInSubject {
    /// The same tries, counted under the account if the name turned out to be one of its.
    #[must_use]
    pub fn of_account(self, account: Option<UserUid>) -> Self {
        match account {
            Some(account) => Self { name: *account.as_bytes(), ..self },
            None => self,
        }
    }
}

/// A lock on an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignInLock {
    /// The network that it holds for; `None`: for everybody.
    pub network: Option<String>,
    pub until: Timestamp,
}

/// Stands for all names that nobody has where the trail sums refusals: a stranger invents as many as they like. No keyed hash is all
/// zeros but by a chance that never comes.
pub const NOBODYS_NAME: [u8; 16] = [0; 16];

/// What stands under a sign-in name, and whether that name is locked.
#[derive(Clone, Debug)]
pub struct SignInRecord {
    pub credentials: Option<Credentials>,
    pub locked_until: Option<Timestamp>,
    /// The hash in the whole directory that costs most, which a refusal costs, too.
    pub dearest: Option<PasswordHash>,
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

/// The account that a sign-in is about: failures count under its user, and the administrators of its tenant see them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct KnownAccount {
    pub user: UserUid,
    /// The home.
    pub tenant: Option<TenantNumber>,
}

impl Credentials {
    pub(crate) fn account(&self) -> KnownAccount {
        KnownAccount { user: self.user_uid, tenant: self.tenant.map(|tenant| tenant.number) }
    }
}

/// The user's home tenant and what it changes of the session policy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TenantStanding {
    pub number: TenantNumber,
    pub uid: TenantUid,
    pub status: TenantStatus,
    pub policy: TenantPolicy,
}

/// A refused sign-in, to be counted and recorded in the trail.
#[derive(Clone, Debug)]
pub struct RefusedSignIn {
    pub subject: SignInSubject,
    /// The name that the trail sums it under: the subject's, or [`NOBODYS_NAME`].
    pub summed_under: [u8; 16],
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
