//! What users see of themselves, and the one thing that they change without proving anything more: the display name.
//!
//! Username, addresses, status, tenant and role decide what a user may do: they are the administrators'.

use super::store::Account;
use crate::audit::{Action, AuditEntry, RequestOrigin, ResourceKind};
use crate::callers::EndUser;
use crate::engine::Engine;
use crate::error::{EngineError, StoreError};

impl Engine {
    /// The caller's account.
    ///
    /// # Errors
    /// When the store cannot be relied on.
    pub async fn own_account(&self, caller: &EndUser) -> Result<Account, EngineError> {
        let account = self.store.account(caller.user()).await?;
        // Users are doomed, never removed; a session was just found to be theirs.
        Ok(account.ok_or_else(|| StoreError::Corrupt("a session belongs to no user".to_owned()))?)
    }

    /// Sets the caller's display name; none removes it. Returns the account as it is then.
    ///
    /// # Errors
    /// When the store cannot be relied on; whether it changed may then be unknown.
    pub async fn rename_own_account(
        &self,
        caller: &EndUser,
        display_name: Option<String>,
        origin: &RequestOrigin,
    ) -> Result<Account, EngineError> {
        let now = self.now();
        let audit = AuditEntry::success(now, Action::UserChanged, ResourceKind::User, caller.actor(), origin.clone())
            .on(caller.user_uid())
            .within(caller.shown().tenant)
            .with("changed", "display_name");
        self.store.rename_user(caller.basis(now), caller.user(), display_name, audit).await?;
        self.own_account(caller).await
    }
}
