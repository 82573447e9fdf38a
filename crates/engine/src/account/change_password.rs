//! Changing one's own password. The current one is proven as at a sign-in: same cost, same count towards the same lock.

use super::store::{PasswordChange, PasswordChangeOutcome};
use crate::audit::{Action, AuditEntry, RequestOrigin, ResourceKind};
use crate::callers::EndUser;
use crate::clock::Span;
use crate::directory::new_password::WeakPassword;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::secret::{Passcode, SessionSecretHash};
use crate::sessions::authenticate::end_entry;
use crate::sessions::credentials::{KnownAccount, SignInName};
use crate::sessions::sign_in::{LOOKS, SignInRefusal};

/// Why a password stays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PasswordChangeRefusal {
    /// The current password is another.
    WrongPassword,
    /// Too many failures; the name is locked for so long.
    Locked { wait: Span },
    /// The new password may not be set.
    Weak(WeakPassword),
}

impl Engine {
    /// Changes the caller's password and ends the caller's other sessions, of which it returns how many were live.
    ///
    /// # Errors
    /// When too many passwords wait to be hashed, or the store cannot be relied on; whether it changed may then be unknown.
    pub async fn change_own_password(
        &self,
        caller: &EndUser,
        current: Passcode,
        new: Passcode,
        origin: &RequestOrigin,
    ) -> Result<Result<usize, PasswordChangeRefusal>, EngineError> {
        self.change_password_held_by(caller, (current, new), None, origin).await
    }

    /// As [`Engine::change_own_password`]; where a secret is given, the session that asks is held by it from then on and by no other.
    pub(crate) async fn change_password_held_by(
        &self,
        caller: &EndUser,
        (current, new): (Passcode, Passcode),
        secret: Option<SessionSecretHash>,
        origin: &RequestOrigin,
    ) -> Result<Result<usize, PasswordChangeRefusal>, EngineError> {
        let account = self.own_account(caller).await?;
        let new = match self.policy.passwords.candidate(new).and_then(|candidate| candidate.of(account.names())) {
            Ok(new) => new,
            Err(weak) => return Ok(Err(PasswordChangeRefusal::Weak(weak))),
        };
        let name = SignInName::Username(account.username.clone());
        for _ in 0..LOOKS {
            let proven = match self.prove_user(&name, current.clone(), origin).await? {
                Ok(proven) => proven,
                Err(refusal) => return Ok(Err(refusal.into())),
            };
            let password = self.hash_password(new.clone()).await?;
            let now = self.now();
            let audit = AuditEntry::success(now, Action::UserPasswordChanged, ResourceKind::User, caller.actor(), origin.clone());
            let change = PasswordChange {
                user: caller.user(),
                proven: proven.proven,
                subject: proven.subject,
                password,
                at: now,
                except: caller.session(),
                secret,
                audit: audit.on(caller.user_uid()).within(caller.shown().tenant),
                ended: end_entry(now, caller.actor(), caller.shown(), origin).with("reach", "other devices"),
            };
            match self.store.change_password(caller.basis(now), change).await? {
                PasswordChangeOutcome::Changed { sessions_ended } => return Ok(Ok(sessions_ended)),
                PasswordChangeOutcome::Locked { until } => {
                    return Ok(Err(PasswordChangeRefusal::Locked { wait: until.since(now) }));
                }
                PasswordChangeOutcome::CredentialsChanged => {}
            }
        }
        let account = KnownAccount { user: caller.user_uid(), tenant: caller.shown().tenant };
        self.refuse_changed(&name, Some(account), origin).await.map(|refusal| Err(refusal.into()))
    }
}

impl From<SignInRefusal> for PasswordChangeRefusal {
    fn from(refusal: SignInRefusal) -> Self {
        match refusal {
            SignInRefusal::Locked { wait } => Self::Locked { wait },
            SignInRefusal::InvalidPasscode
            | SignInRefusal::UserNotVerified
            | SignInRefusal::EmailNotVerified
            | SignInRefusal::AtCap
            | SignInRefusal::CapInvalid => Self::WrongPassword,
        }
    }
}
