//! What users see of themselves, and the one thing that they change without proving anything more: the display name.
//!
//! Username, addresses, status, tenant and role decide what a user may do: they are the administrators'.

use std::sync::Arc;

use super::store::Account;
use crate::audit::{Action, AuditEntry, RequestOrigin, ResourceKind};
use crate::callers::EndUser;
use crate::engine::Engine;
use crate::error::{EngineError, StoreError};
use crate::ids::UserNumber;

impl Engine {
    /// The caller's account.
    ///
    /// # Errors
    /// When the store cannot be relied on.
    pub async fn own_account(&self, caller: &EndUser) -> Result<Arc<Account>, EngineError> {
        self.account_of(caller.user()).await
    }

    /// The account of somebody who has a session.
    pub(crate) async fn account_of(&self, user: UserNumber) -> Result<Arc<Account>, EngineError> {
        // Users are doomed, never removed; a session was just found to be theirs.
        let account = self.store.account(user).await?;
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
    ) -> Result<Arc<Account>, EngineError> {
        let now = self.now();
        let audit = AuditEntry::success(now, Action::UserChanged, ResourceKind::User, caller.actor(), origin.clone())
            .on(caller.user_uid())
            .within(caller.shown().tenant)
            .with("changed", "display_name");
        self.store.rename_user(caller.basis(now), caller.user(), display_name, audit).await?;
        self.own_account(caller).await
    }
}
