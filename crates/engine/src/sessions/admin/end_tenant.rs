//! Ending every session of a tenant: its epoch moves, which is one row, whatever their number. Counted afterwards.

use super::Revoked;
use super::end::SessionChoice;
use crate::audit::{Action, AuditEntry, RequestOrigin, ResourceKind};
use crate::callers::{OutOfReach, SessionEnder};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::{TenantUid, UserUid};
use crate::sessions::store::{EndSessionsOfTenant, EndedWithTenant, MovedTenant};

/// How many of the ended sessions are named (docs/contracts/v1_sessions.md).
pub const NAMED_AT_MOST: usize = 1000;

/// Whose sessions are to end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RevocationTarget {
    User(UserUid),
    Tenant(TenantUid),
    /// That user's within that tenant.
    UserWithin(UserUid, TenantUid),
}

impl Engine {
    /// Ends every session of the target.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on; whether they ended may then be unknown.
    pub async fn revoke_sessions(
        &self,
        ender: &SessionEnder,
        target: RevocationTarget,
        origin: &RequestOrigin,
    ) -> Result<Result<Revoked, OutOfReach>, EngineError> {
        let all = SessionChoice { only: None, except_current: false };
        match target {
            RevocationTarget::User(user) => self.end_sessions_of_user_as(ender, (user, None), all, origin).await,
            RevocationTarget::UserWithin(user, tenant) => self.end_sessions_of_user_as(ender, (user, Some(tenant)), all, origin).await,
            RevocationTarget::Tenant(tenant) => self.end_sessions_of_tenant(ender, tenant, origin).await,
        }
    }

    /// Ends every session born under the tenant, the caller's included. In force when the move is stored; what is counted, then or
    /// after that, is exactly what it ended. A session opened later is born under the new epoch and lives.
    async fn end_sessions_of_tenant(
        &self,
        ender: &SessionEnder,
        tenant: TenantUid,
        origin: &RequestOrigin,
    ) -> Result<Result<Revoked, OutOfReach>, EngineError> {
        let admin = ender.admin();
        let place = match self.reachable_tenant(admin, tenant).await? {
            Ok(place) => place,
            Err(out) => return Ok(Err(out)),
        };
        let end = self.revocation(admin);
        let actor = admin.actor();
        let audit = AuditEntry::success(end.at, Action::SessionsRevoked, ResourceKind::Tenant, actor, origin.clone())
            .on(tenant)
            .within(Some(place.number));
        let ending = EndSessionsOfTenant { tenant: place.number, end, list: NAMED_AT_MOST, audit };
        let MovedTenant { moved, ended } = self.store.end_sessions_of_tenant(admin.basis(end.at).into(), ending).await?;
        let EndedWithTenant { count, sessions } = match ended {
            Some(ended) => ended,
            None => {
                // Only for the count: the end is in force, and no touch outlives it.
                self.store_due_touches().await?;
                self.store.ended_with_tenant(moved, NAMED_AT_MOST).await?
            }
        };
        Ok(Ok(Revoked { count, sessions }))
    }
}
