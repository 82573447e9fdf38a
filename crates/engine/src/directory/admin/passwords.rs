//! A new password for somebody else, set by an administrator.

use super::Outcome;
use crate::audit::RequestOrigin;
use crate::callers::DirectoryAdmin;
use crate::directory::changes::SparedSessions;
use crate::directory::records::UserRecord;
use crate::engine::Engine;
use crate::ids::UserUid;
use crate::secret::Passcode;

/// A new password, and which sessions outlive it.
#[derive(Debug)]
pub struct PasswordReset {
    pub user: UserUid,
    pub password: Passcode,
    pub spared: SparedSessions,
}

impl Engine {
    /// Sets a user's password, which ends the sessions that are not spared. Names that the caller does not reach are compared with
    /// nothing, so that the answer tells nothing of them.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn reset_password(&self, admin: &DirectoryAdmin, reset: PasswordReset, origin: &RequestOrigin) -> Outcome<UserRecord> {
        let PasswordReset { user, password, spared } = reset;
        let candidate = match self.policy.passwords.candidate(password) {
            Ok(candidate) => candidate,
            Err(weak) => return Ok(Err(weak.into())),
        };
        let owner = self.store.user(user).await?.filter(|owner| admin.reach().covers(owner.home.as_ref()));
        let password = match candidate.of(owner.iter().flat_map(UserRecord::names)) {
            Ok(password) => password,
            Err(weak) => return Ok(Err(weak.into())),
        };
        let hash = self.hash_password(password).await?;
        let changed = self.store.reset_password(self.warrant(admin, origin), user, hash, spared).await?;
        Ok(changed.map(|user| user.seen_from(admin.reach())))
    }
}
