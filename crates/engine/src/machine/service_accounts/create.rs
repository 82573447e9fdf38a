//! Making a service account.

use super::{ServiceAccount, ServiceAccountStatus};
use crate::audit::{Action, AuditEntry, RequestOrigin, ResourceKind};
use crate::callers::OrgWriter;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::{ServiceAccountNumber, ServiceAccountUid};
use crate::machine::store::NewServiceAccount;

/// What the owner chooses of a new service account.
#[derive(Clone, Debug)]
pub struct ServiceAccountWish {
    pub caption: String,
    /// Each satisfies [`is_role_name`](crate::directory::is_role_name), none stands twice.
    pub roles: Vec<String>,
}

impl Engine {
    /// Makes a service account in the owner's org.
    ///
    /// # Errors
    /// When the store or the randomness cannot be relied on; the account may then exist.
    pub async fn create_service_account(
        &self,
        owner: &OrgWriter,
        wish: ServiceAccountWish,
        origin: &RequestOrigin,
    ) -> Result<ServiceAccount, EngineError> {
        let now = self.now();
        let uid = ServiceAccountUid::mint(now, &*self.entropy)?;
        let audit = AuditEntry::success(now, Action::ServiceAccountCreated, ResourceKind::ServiceAccount, owner.actor(), origin.clone())
            .on(uid)
            .within(Some(owner.org()))
            .with("roles", wish.roles.join(" "));
        let mut account = ServiceAccount {
            number: ServiceAccountNumber(0),
            uid,
            caption: wish.caption,
            roles: wish.roles,
            status: ServiceAccountStatus::Active,
            status_since: now,
            created_at: now,
        };
        account.number = self
            .store
            .create_service_account(owner.basis(now), NewServiceAccount { org: owner.org(), account: account.clone(), audit })
            .await?;
        Ok(account)
    }
}
