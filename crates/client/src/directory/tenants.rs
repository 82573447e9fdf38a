//! Tenants, `tnt_…`.

use serde::{Deserialize, Serialize};

use super::entries::{Editable, Entries, Noun};
use crate::v1::Patch;

/// The calls about tenants.
pub type Tenants<'c> = Entries<'c, Tenant>;

/// A tenant. Where its policy is `None`, the server's setting holds. Times are RFC 3339 in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Tenant {
    /// `tnt_…`
    pub id: String,
    /// The code of the org, in upper case.
    pub code: String,
    /// For people.
    pub name: String,
    /// `prt_…`
    pub partner_id: Option<String>,
    /// `unverified`, `verified`, `parked`, `suspended`, `frozen` or `doomed`.
    pub status: String,
    /// Since when.
    pub status_since: String,
    /// How long a session lives without being used.
    pub ttl_seconds: Option<u32>,
    /// How long a session lives at all.
    pub absolute_ttl_seconds: Option<u32>,
    /// Whether use moves the expiry of a session.
    pub sliding: Option<bool>,
    /// How many sessions a user may have, 32 to 8192.
    pub session_cap: Option<u32>,
    /// How old API keys may become.
    pub api_key_max_age_days: Option<u32>,
    /// When it was created.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
}

/// A tenant to be created.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NewTenant {
    /// 1 to 64 characters without spaces.
    pub code: String,
    /// Without it the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Without it the caller's own partner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner_id: Option<String>,
    /// `verified` by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// How long a session lives without being used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_seconds: Option<u32>,
    /// How long a session lives at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub absolute_ttl_seconds: Option<u32>,
    /// Whether use moves the expiry of a session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sliding: Option<bool>,
    /// How many sessions a user may have, 32 to 8192.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_cap: Option<u32>,
    /// How old API keys may become.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key_max_age_days: Option<u32>,
}

impl NewTenant {
    /// A tenant of this code.
    #[must_use]
    pub fn new(code: &str) -> Self {
        Self { code: code.to_owned(), ..Self::default() }
    }
}

/// The changes. A field that is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TenantChange {
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// By super administrators. `Some(None)` takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner_id: Patch<String>,
    /// Out of `verified` may end what is under it, see the server's documentation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// How long a session lives without being used. `Some(None)` takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_seconds: Patch<u32>,
    /// How long a session lives at all. `Some(None)` takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub absolute_ttl_seconds: Patch<u32>,
    /// Whether use moves the expiry of a session. `Some(None)` takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sliding: Patch<bool>,
    /// How many sessions a user may have, 32 to 8192. `Some(None)` takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_cap: Patch<u32>,
    /// How old API keys may become. `Some(None)` takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key_max_age_days: Patch<u32>,
}

impl Noun for Tenant {
    const PLURAL: &'static str = "tenants";
}

impl Editable for Tenant {
    type New = NewTenant;
    type Created = Tenant;
    type Change = TenantChange;
}
