//! API keys: what a service account proves itself with. A key is worth what its service account and its org are worth.

pub mod create;
pub mod list;
pub mod policy;
pub mod revoke;
pub mod revoke_all;
pub mod text;
pub mod uses;
pub mod validate;

use super::verdict::{ApiKeyEnd, ApiKeySnapshot, ApiKeyVerdict, verdict};
use crate::clock::Timestamp;
use crate::ids::{ApiKeyNumber, ApiKeyUid, ServiceAccountUid};
use crate::sessions::verdict::Doubt;

/// An API key as it is recorded. Whether it lives *now* only [`verdict`] knows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApiKey {
    pub number: ApiKeyNumber,
    pub uid: ApiKeyUid,
    pub account: ServiceAccountUid,
    pub caption: Option<String>,
    pub created_at: Timestamp,
    /// Its own expiry, where it was given one; the org's policy may end it before.
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    /// May lag behind by [`uses::LAG`] where another process validated it.
    pub last_used_at: Option<Timestamp>,
}

/// An API key as it is shown: recorded or merely true, its end is in `end`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApiKeyView {
    pub snapshot: ApiKeySnapshot,
    /// `None`: live at the moment of the answer.
    pub end: Option<ApiKeyEnd>,
}

/// The API key as it is shown at `now`.
///
/// # Errors
/// As [`verdict`].
pub fn view(snapshot: ApiKeySnapshot, now: Timestamp) -> Result<ApiKeyView, Doubt> {
    let end = match verdict(&snapshot, now)? {
        ApiKeyVerdict::Live => None,
        ApiKeyVerdict::Dead(end) => Some(end),
    };
    Ok(ApiKeyView { snapshot, end })
}
