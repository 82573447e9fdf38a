//! Sessions as rows. Each file holds the transactions of one thing that happens to them.

pub(crate) mod activity;
pub(crate) mod counts;
pub(crate) mod create;
pub(crate) mod detail;
pub(crate) mod end;
pub(crate) mod expiry;
pub(crate) mod list;
pub(crate) mod live;
pub(crate) mod live_of_user;
pub(crate) mod live_users;
pub(crate) mod mass_ends;
pub(crate) mod metadata;
pub(crate) mod naming;
pub(crate) mod of_user;
pub(crate) mod provider_logout;
pub(crate) mod restored;
pub(crate) mod scope;
pub(crate) mod search;
pub(crate) mod snapshot;
pub(crate) mod statistics;
pub(crate) mod tenant_end;
pub(crate) mod unswept;
pub(crate) mod upkeep;
pub(crate) mod users;

use cloakroom_engine::error::{Doubt, StoreError};

/// A clock that cannot be right is a store that cannot judge.
pub(crate) fn doubtful(doubt: Doubt) -> StoreError {
    StoreError::Unavailable(doubt.to_string())
}
