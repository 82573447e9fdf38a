//! What is asked of this surface: which sessions.

use serde::Serialize;

use crate::v1::PageNumber;

/// Which sessions of all tenants within reach.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionFilter {
    /// Only this user's.
    pub user_id: Option<String>,
    /// Only this tenant's.
    pub tenant_id: Option<String>,
    /// Only those of this partner's tenants.
    pub partner_id: Option<String>,
    /// Which page.
    pub page: PageNumber,
    /// The `next_cursor` of the page before, under the same filters, instead of the number.
    pub cursor: Option<String>,
}

/// Which sessions of a tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TenantFilter {
    /// Only this user's.
    pub user_id: Option<String>,
    /// Ended ones, too.
    pub ended_too: bool,
    /// Which page.
    pub page: PageNumber,
    /// The `next_cursor` of the page before, under the same filters, instead of the number.
    pub cursor: Option<String>,
}

/// Which sessions of a user are to end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RevokeWish {
    /// These.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_ids: Option<Vec<String>>,
    /// All of them.
    pub revoke_all: bool,
    /// Whether the session that asks lives on.
    pub except_current: bool,
}

impl RevokeWish {
    /// These sessions; those that are not the user's are skipped.
    #[must_use]
    pub fn these(session_ids: &[&str]) -> Self {
        let session_ids = session_ids.iter().map(ToString::to_string).collect();
        Self { session_ids: Some(session_ids), revoke_all: false, except_current: true }
    }

    /// Every session but the one that asks.
    #[must_use]
    pub const fn all() -> Self {
        Self { session_ids: None, revoke_all: true, except_current: true }
    }
}
