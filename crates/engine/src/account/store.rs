//! What the account's use cases ask of a store. As everywhere, one method is one transaction.

use std::sync::Arc;

use async_trait::async_trait;

use super::mail_token::MailTokenHash;
use super::{MailNumber, MailPurpose};
use crate::audit::AuditEntry;
use crate::callers::Basis;
use crate::clock::{Span, Timestamp};
use crate::directory::password::PasswordHash;
use crate::directory::{EmailStatus, MembershipRole, PlatformRole, SoughtEmail, TenantStatus, UserStatus};
use crate::error::StoreError;
use crate::ids::{SessionNumber, TenantNumber, TenantUid, UserNumber, UserUid};
use crate::policy::LockoutPolicy;
use crate::secret::SessionSecretHash;
use crate::sessions::credentials::{SignInSubject, SoughtName};

/// A user as the user sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    pub number: UserNumber,
    pub uid: UserUid,
    pub username: String,
    pub display_name: Option<String>,
    pub status: UserStatus,
    pub role: PlatformRole,
    pub is_operator: bool,
    /// The home tenant.
    pub tenant: Option<OwnTenant>,
    /// The primary one first.
    pub emails: Vec<OwnEmail>,
    pub memberships: Vec<Membership>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Account {
    /// What its user is called and written to.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let addresses = self.emails.iter().map(|email| email.address.as_str());
        std::iter::once(self.username.as_str()).chain(self.display_name.as_deref()).chain(addresses)
    }
}

/// A tenant that a user belongs to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnTenant {
    pub number: TenantNumber,
    pub uid: TenantUid,
    pub code: String,
    pub status: TenantStatus,
}

/// What a user is within a tenant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Membership {
    pub tenant: OwnTenant,
    pub role: MembershipRole,
}

/// One address of a user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnEmail {
    pub address: String,
    pub status: EmailStatus,
    pub is_primary: bool,
}

/// A new password in the place of one that was proven.
#[derive(Clone, Debug)]
pub struct PasswordChange {
    pub user: UserNumber,
    /// What the current password matched; a change since then means that nothing was proven.
    pub proven: Option<PasswordHash>,
    /// Whose failures a success forgets, and whose lock still refuses.
    pub subject: Option<SignInSubject>,
    pub password: PasswordHash,
    pub at: Timestamp,
    /// The session that asks; all others end.
    pub except: SessionNumber,
    /// By what that session is held from then on; `None`: by what it was.
    pub secret: Option<SessionSecretHash>,
    pub audit: AuditEntry,
    /// Written once per session ended, each on its own session.
    pub ended: AuditEntry,
}

/// What became of a [`PasswordChange`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PasswordChangeOutcome {
    Changed { sessions_ended: usize },
    CredentialsChanged,
    Locked { until: Timestamp },
}

/// By what the addressee of a mail is found.
#[derive(Clone, Debug)]
pub enum Addressee {
    /// The primary address of the user of this name.
    UserOf(SoughtName),
    /// This address.
    Address(SoughtEmail),
}

/// Somebody asks for a mail. What is written does not depend on whether the addressee exists.
#[derive(Clone, Debug)]
pub struct AskedMail {
    pub purpose: MailPurpose,
    pub addressee: Addressee,
    pub at: Timestamp,
    /// The network that asks and how many mails it may ask for.
    pub network: (SignInSubject, LockoutPolicy),
    /// How many mails of this purpose a user is sent within how long.
    pub per_account: (u32, Span),
    /// How many mails may wait for delivery.
    pub queue: u32,
    /// Gets the user, the tenant and, where nothing is sent, the refusal from the transaction.
    pub audit: AuditEntry,
}

/// Takes the mail that has been due for longest and gives it a token.
#[derive(Clone, Copy, Debug)]
pub struct TakeMail {
    pub now: Timestamp,
    pub token: MailTokenHash,
    pub reset_expires_at: Timestamp,
    pub verification_expires_at: Timestamp,
}

/// What there was to deliver.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TakenMail {
    NothingDue,
    /// There is nobody to send it to, or no reason any more; the mail is deleted.
    Dropped,
    Due(DueMail),
}

/// A mail to deliver now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DueMail {
    pub number: MailNumber,
    pub purpose: MailPurpose,
    /// This one included.
    pub attempts: u32,
    pub user: UserUid,
    pub tenant: Option<TenantNumber>,
    pub username: String,
    pub address: String,
}

/// What became of an attempt.
#[derive(Clone, Debug)]
pub struct SettledMail {
    pub number: MailNumber,
    /// The attempt's token: what another attempt has replaced is left alone.
    pub token: MailTokenHash,
    /// Whether it was delivered; else it is given up.
    pub delivered: bool,
    pub audit: AuditEntry,
}

/// A new password for the user who was sent the token.
#[derive(Clone, Debug)]
pub struct PasswordReset {
    pub token: MailTokenHash,
    pub password: PasswordHash,
    pub at: Timestamp,
    /// Both get the user, who is the actor, from the transaction.
    pub audit: AuditEntry,
    /// Written once per session ended, each on its own session.
    pub ended: AuditEntry,
}

/// What the account's use cases ask of a store. Implemented by `cloakroom-store`.
#[async_trait]
pub trait AccountStore: Send + Sync {
    /// May be answered from memory.
    async fn account(&self, user: UserNumber) -> Result<Option<Arc<Account>>, StoreError>;

    /// Sets or removes the display name.
    async fn rename_user(&self, by: Basis, user: UserNumber, display_name: Option<String>, audit: AuditEntry) -> Result<(), StoreError>;

    /// Changes a password, voids what mails could still reset it with, and ends the other sessions.
    async fn change_password(&self, by: Basis, change: PasswordChange) -> Result<PasswordChangeOutcome, StoreError>;

    /// # Errors
    /// [`StoreError::Overloaded`] when too many mails wait, for whomever this one is.
    async fn ask_for_mail(&self, asked: AskedMail) -> Result<(), StoreError>;

    async fn take_due_mail(&self, take: TakeMail) -> Result<TakenMail, StoreError>;

    async fn settle_mail(&self, settled: SettledMail) -> Result<(), StoreError>;

    /// Whom the token was sent to, if it could be redeemed at `now`: what that user is called and written to.
    async fn redeems(&self, purpose: MailPurpose, token: MailTokenHash, now: Timestamp) -> Result<Option<Vec<String>>, StoreError>;

    /// Redeems the token: of several at once one succeeds. Voids the user's other resets and ends all sessions. Returns how many
    /// were live; `None` when the token redeems nothing.
    async fn redeem_password_reset(&self, reset: PasswordReset) -> Result<Option<usize>, StoreError>;

    /// Redeems the token: its address is verified. Whether it was redeemed.
    async fn verify_email(&self, token: MailTokenHash, at: Timestamp, audit: AuditEntry) -> Result<bool, StoreError>;

    /// Forgets at most `limit` mails whose token expired, if they were asked for before `asked_before`.
    async fn forget_expired_mails(&self, now: Timestamp, asked_before: Timestamp, limit: usize) -> Result<usize, StoreError>;
}
