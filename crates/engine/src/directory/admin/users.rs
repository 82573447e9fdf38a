//! Creates, changes and dooms users, for callers who reach their home tenant and whose role is not below theirs.

use super::Outcome;
use crate::audit::RequestOrigin;
use crate::callers::{Authority, DirectoryAdmin, DirectoryReader, Refusal};
use crate::directory::changes::{NewUser, Patch, UserChange};
use crate::directory::new_password::NewPassword;
use crate::directory::password::{HashingResult, PasswordHash, hash};
use crate::directory::records::UserRecord;
use crate::directory::{PlatformRole, UserStatus};
use crate::engine::Engine;
use crate::entropy::random;
use crate::error::EngineError;
use crate::ids::UserUid;
use crate::secret::Passcode;

/// What only some may give, whomever they give it to.
fn may_give(authority: &Authority, role: Option<PlatformRole>, is_operator: bool, homeless: bool) -> Result<(), Refusal> {
    if is_operator || homeless {
        authority.at_least(PlatformRole::SuperAdmin)?;
    }
    authority.may_give_role(role.unwrap_or(PlatformRole::None))
}

impl Engine {
    /// The user, if at home within reach.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn user(&self, admin: &DirectoryReader, user: UserUid) -> Outcome<UserRecord> {
        let found = self.store.user(user).await?;
        let seen = found.filter(|user| admin.reach().covers(user.home.as_ref())).ok_or(Refusal::OutOfReach);
        Ok(seen.map(|user| user.seen_from(admin.reach())))
    }

    /// Creates a user. A caller gives no role above their own; only super administrators make operators.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn create_user(
        &self,
        admin: &DirectoryAdmin,
        mut new: NewUser,
        password: Option<Passcode>,
        origin: &RequestOrigin,
    ) -> Outcome<UserRecord> {
        if let Err(refusal) = may_give(admin.authority(), Some(new.role), new.is_operator, false) {
            return Ok(Err(refusal));
        }
        if let Some(password) = password {
            new.password = match self.policy.passwords.candidate(password).and_then(|candidate| candidate.of(new.names())) {
                Ok(password) => Some(self.hash_password(password).await?),
                Err(weak) => return Ok(Err(weak.into())),
            };
        }
        let warrant = self.warrant(admin, origin);
        let uid = UserUid::mint(warrant.deed.at, &*self.entropy)?;
        Ok(self.store.create_user(warrant, uid, new).await?.map(|user| user.seen_from(admin.reach())))
    }

    /// Changes what is named of a user.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn change_user(
        &self,
        admin: &DirectoryAdmin,
        user: UserUid,
        change: UserChange,
        origin: &RequestOrigin,
    ) -> Outcome<UserRecord> {
        let homeless = matches!(change.tenant, Patch::Clear);
        if let Err(refusal) = may_give(admin.authority(), change.role, change.is_operator.is_some(), homeless) {
            return Ok(Err(refusal));
        }
        let changed = self.store.change_user(self.warrant(admin, origin), user, change).await?;
        Ok(changed.map(|user| user.seen_from(admin.reach())))
    }

    /// Moves a user to another status. Out of verified ends every session of the user.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn change_user_status(
        &self,
        admin: &DirectoryAdmin,
        user: UserUid,
        status: UserStatus,
        origin: &RequestOrigin,
    ) -> Outcome<UserRecord> {
        let changed = self.store.change_user_status(self.warrant(admin, origin), user, status).await?;
        Ok(changed.map(|user| user.seen_from(admin.reach())))
    }

    /// Dooms a user, which ends every session of the user.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn doom_user(&self, admin: &DirectoryAdmin, user: UserUid, origin: &RequestOrigin) -> Outcome<()> {
        Ok(self.change_user_status(admin, user, UserStatus::Doomed, origin).await?.map(|_| ()))
    }

    /// Hashes a password that its owner may have.
    pub(crate) async fn hash_password(&self, password: NewPassword) -> Result<PasswordHash, EngineError> {
        let salt = random(&*self.entropy)?;
        match self.hashing.run(Box::new(move || HashingResult::Hashed(hash(password.passcode(), salt)))).await? {
            HashingResult::Hashed(Some(hash)) => Ok(hash),
            HashingResult::Hashed(None) | HashingResult::Verified { .. } => Err(EngineError::HashingFailed),
        }
    }
}
