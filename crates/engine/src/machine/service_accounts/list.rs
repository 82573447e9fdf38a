//! Listing the service accounts of an org.

use super::{ServiceAccount, ServiceAccountStatus};
use crate::callers::OrgOwner;
use crate::cursor::{Binding, Cursor, ListKind, Place};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::machine::store::ListServiceAccounts;

/// One side of the list, and where to go on; `None` starts at the newest.
#[derive(Clone, Copy, Debug)]
pub struct AccountSide {
    pub status: ServiceAccountStatus,
    pub after: Option<Cursor>,
}

/// One side's page, newest first, the number as tie-break.
#[derive(Clone, Debug)]
pub struct ListedAccounts {
    pub status: ServiceAccountStatus,
    pub accounts: Vec<ServiceAccount>,
    /// Where to go on; `None` when this side is exhausted.
    pub next: Option<Cursor>,
}

/// A cursor that was not made here, was altered, or belongs to another caller, org or side.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AccountCursorRefused(pub ServiceAccountStatus);

impl Engine {
    /// Lists service accounts, `limit` for each side.
    ///
    /// # Errors
    /// When the store cannot be relied on.
    pub async fn list_service_accounts(
        &self,
        owner: &OrgOwner,
        sides: &[AccountSide],
        limit: usize,
    ) -> Result<Result<Vec<ListedAccounts>, AccountCursorRefused>, EngineError> {
        let mut listed = Vec::with_capacity(sides.len());
        for AccountSide { status, after } in sides.iter().copied() {
            let binding = owner.bind(Binding::of(ListKind::ServiceAccounts).byte(status as u8)).number(owner.org().0);
            let Ok(after) = after.map_or(Ok(Place::NEWEST), |after| binding.open(&self.keys, &after)) else {
                return Ok(Err(AccountCursorRefused(status)));
            };
            let page = self.store.list_service_accounts(ListServiceAccounts { org: owner.org(), status, after, limit }).await?;
            let last = page.rows.last().filter(|_| page.more);
            let place = last.map(|account| Place { at: account.created_at, number: account.number.0 });
            let next = place.map(|place| binding.seal(&self.keys, place));
            listed.push(ListedAccounts { status, accounts: page.rows, next });
        }
        Ok(Ok(listed))
    }
}
