//! Listing the API keys of one service account.

use crate::callers::ApiKeyAdmin;
use crate::cursor::{Binding, Cursor, ListKind, Place};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::ServiceAccountUid;
use crate::machine::store::{ApiKeyFilter, ListApiKeys};
use crate::machine::verdict::{ApiKeyView, view};

/// What to list.
#[derive(Clone, Copy, Debug)]
pub struct ApiKeyQuery {
    pub account: ServiceAccountUid,
    pub filter: ApiKeyFilter,
    /// `None` starts at the newest.
    pub after: Option<Cursor>,
    pub limit: usize,
}

/// A page, newest first, the number as tie-break.
#[derive(Clone, Debug)]
pub struct ListedApiKeys {
    pub api_keys: Vec<ApiKeyView>,
    /// Where to go on; `None` at the end.
    pub next: Option<Cursor>,
}

/// Why nothing is listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ApiKeyListRefusal {
    /// The cursor was not made here, was altered, or belongs to another caller, org, account or filter.
    Cursor,
    /// The org has no such service account.
    NoSuchAccount,
}

impl Engine {
    /// Lists keys of a service account of the caller's org, without their secrets.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn list_api_keys(
        &self,
        admin: &ApiKeyAdmin,
        query: &ApiKeyQuery,
    ) -> Result<Result<ListedApiKeys, ApiKeyListRefusal>, EngineError> {
        let ApiKeyQuery { account, filter, after, limit } = *query;
        let binding = admin.bind(Binding::of(ListKind::ApiKeys).byte(filter as u8)).number(admin.org().0).bytes(account.as_bytes());
        let Ok(after) = after.map_or(Ok(Place::NEWEST), |after| binding.open(&self.keys, &after)) else {
            return Ok(Err(ApiKeyListRefusal::Cursor));
        };
        let now = self.now();
        let Some(page) = self.store.list_api_keys(ListApiKeys { org: admin.org(), account, filter, after, limit, now }).await? else {
            return Ok(Err(ApiKeyListRefusal::NoSuchAccount));
        };
        let last = page.rows.last().filter(|_| page.more).map(|snapshot| &snapshot.api_key);
        let place = last.map(|api_key| Place { at: api_key.created_at, number: api_key.number.0 });
        let next = place.map(|place| binding.seal(&self.keys, place));
        let mut api_keys = Vec::with_capacity(page.rows.len());
        for mut snapshot in page.rows {
            snapshot.api_key.last_used_at = self.key_uses.merged(snapshot.api_key.number, snapshot.api_key.last_used_at);
            api_keys.push(view(snapshot, now)?);
        }
        Ok(Ok(ListedApiKeys { api_keys, next }))
    }
}
