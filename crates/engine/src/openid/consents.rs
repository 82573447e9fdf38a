//! What a user has let applications have, and taking it back.

use super::store::WithdrawConsent;
use crate::audit::{Action, AuditEntry, RequestOrigin, ResourceKind};
use crate::callers::{EndUser, OutOfReach};
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::ApplicationUid;

/// An application that a user let in by saying so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Consent {
    pub application: ApplicationUid,
    /// What people know it as.
    pub name: String,
    /// All that the user said yes to.
    pub scope: Vec<String>,
    /// When the user last did.
    pub given_at: Timestamp,
}

impl Engine {
    /// What the caller has let applications have, the latest first: at most one entry for each application.
    ///
    /// # Errors
    /// When the store cannot be relied on.
    pub async fn own_consents(&self, caller: &EndUser) -> Result<Vec<Consent>, EngineError> {
        Ok(self.store.consents(caller.user()).await?)
    }

    /// Takes back the caller's consent to an application. Its codes and tokens within all of the caller's live sessions end with that; the
    /// sessions go on.
    ///
    /// # Errors
    /// When the store cannot be relied on; whether it was taken back may then be unknown.
    pub async fn withdraw_own_consent(
        &self,
        caller: &EndUser,
        application: ApplicationUid,
        origin: &RequestOrigin,
    ) -> Result<Result<(), OutOfReach>, EngineError> {
        let now = self.now();
        let audit = AuditEntry::success(now, Action::ConsentWithdrawn, ResourceKind::Application, caller.actor(), origin.clone())
            .on(application)
            .within(caller.shown().tenant)
            .with("user_id", caller.user_uid().to_string());
        let withdraw = WithdrawConsent { user: caller.user(), application, audit };
        Ok(if self.store.withdraw_consent(caller.basis(now), withdraw).await? { Ok(()) } else { Err(OutOfReach) })
    }
}
