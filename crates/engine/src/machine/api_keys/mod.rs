//! API keys, with which a service account authenticates. A key is valid only while its service account and its org are.

pub mod create;
pub mod list;
pub mod policy;
pub mod revoke;
pub mod revoke_all;
pub mod save_uses;
pub mod text;
pub mod uses;
pub mod validate;

use crate::clock::Timestamp;
use crate::ids::{ApiKeyNumber, ApiKeyUid, ServiceAccountUid};

/// An API key as it is recorded. Whether it lives *now* only [`verdict`](super::verdict::verdict) knows.
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
