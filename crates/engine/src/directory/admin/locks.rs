//! Locks on accounts that were guessed at: administrators see them and lift them.

use super::Outcome;
use crate::audit::RequestOrigin;
use crate::callers::{DirectoryAdmin, DirectoryReader, Refusal};
use crate::directory::records::UserRecord;
use crate::engine::Engine;
use crate::ids::UserUid;
use crate::sessions::credentials::SignInLock;

impl Engine {
    /// The user with the locks on the account now, that for everybody first.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn user_with_locks(&self, admin: &DirectoryReader, user: UserUid) -> Outcome<(UserRecord, Vec<SignInLock>)> {
        let found = self.store.sign_in_locks(user, self.now()).await?;
        let seen = found.filter(|(user, _)| admin.reach().covers(user.home.as_ref())).ok_or(Refusal::OutOfReach);
        Ok(seen.map(|(user, locks)| (user.seen_from(admin.reach()), locks)))
    }

    /// The locks on a user's account now, that for everybody first.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn sign_in_locks(&self, admin: &DirectoryReader, user: UserUid) -> Outcome<Vec<SignInLock>> {
        Ok(self.user_with_locks(admin, user).await?.map(|(_, locks)| locks))
    }

    /// Lifts them, and forgets the failures that led to them. Nobody lifts their own: whoever stole a session would go on guessing.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn lift_sign_in_locks(&self, admin: &DirectoryAdmin, user: UserUid, origin: &RequestOrigin) -> Outcome<()> {
        Ok(self.store.lift_sign_in_locks(self.warrant(admin, origin), user).await?)
    }
}
