//! The addresses of a user.

use super::Outcome;
use crate::audit::RequestOrigin;
use crate::callers::DirectoryAdmin;
use crate::directory::changes::EmailChange;
use crate::directory::records::UserRecord;
use crate::engine::Engine;
use crate::ids::UserUid;

impl Engine {
    /// Changes the addresses of a user. One that falls out of verified ends every session of the user. Nothing frees an address:
    /// a doomed one stays taken.
    ///
    /// # Errors
    /// See [`Outcome`].
    pub async fn change_emails(
        &self,
        admin: &DirectoryAdmin,
        user: UserUid,
        change: EmailChange,
        origin: &RequestOrigin,
    ) -> Outcome<UserRecord> {
        let changed = self.store.change_emails(self.warrant(admin, origin), user, change).await?;
        Ok(changed.map(|user| user.seen_from(admin.reach())))
    }
}
