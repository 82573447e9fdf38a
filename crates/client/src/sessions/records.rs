//! Sessions as this surface shows them. Times are RFC 3339 in UTC.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A session in a list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct SessionItem {
    /// `ses_…`
    pub id: String,
    /// `usr_…`
    pub user_id: String,
    /// The user's primary address.
    pub user_email: Option<String>,
    /// The address that opened it.
    pub ip_address: Option<String>,
    /// The user agent that opened it.
    pub user_agent: Option<String>,
    /// `desktop`, `mobile`, `tablet`, `console`, `tv`, `headset`, `bot`, `api` or `unknown`.
    pub device_type: Option<String>,
    /// Whether it is the session that asks.
    pub is_current: bool,
    /// When it was created.
    pub created_at: String,
    /// When it was last used.
    pub last_activity_at: Option<String>,
    /// When it expires; of one that is over, when it ended.
    pub expires_at: String,
    /// How many applications were reached through it.
    pub app_count: u64,
    /// The tenant that it was born under; in the list of all tenants only, and null where the user had none.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub tenant_id: Option<Option<String>>,
}

/// Some of the caller's own sessions.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct OwnPage {
    /// Newest first.
    #[serde(rename = "data")]
    pub items: Vec<SessionItem>,
    /// Where the next page begins; `None` on the last one.
    pub next_cursor: Option<String>,
}

/// A key that is there, whatever its value.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// One session.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Session {
    /// `ses_…`
    pub id: String,
    /// `usr_…`
    pub user_id: String,
    /// The user's primary address.
    pub user_email: Option<String>,
    /// What the user is called.
    pub user_display_name: Option<String>,
    /// The address that opened it.
    pub ip_address: Option<String>,
    /// The user agent that opened it.
    pub user_agent: Option<String>,
    /// `desktop`, `mobile`, `tablet`, `bot`, `api` or `unknown`.
    pub device_type: Option<String>,
    /// City, region and country, as far as the server knows.
    pub location: Option<String>,
    /// Whether it is the session that asks.
    pub is_current: bool,
    /// When it was created.
    pub created_at: String,
    /// When it was last used.
    pub last_activity_at: Option<String>,
    /// When it expires; of one that is over, when it ended.
    pub expires_at: String,
    /// The applications that were reached through it.
    pub sso_apps: Vec<ReachedApplication>,
}

/// An application that was reached through a session.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct ReachedApplication {
    /// `app_…`
    pub application_id: String,
    /// What it is called.
    pub application_name: String,
    /// When it was last reached.
    pub accessed_at: String,
}

/// The sessions that were ended.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct SessionsRevoked {
    /// How many lived.
    pub revoked_count: u64,
    /// Which; of a whole tenant at most the newest 1000.
    pub session_ids: Vec<String>,
}

/// Numbers about the sessions of a tenant.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct SessionStats {
    /// Live ones.
    pub active_sessions: u64,
    /// All that are known.
    pub total_sessions: u64,
    /// Users with live ones.
    pub unique_users: u64,
    /// Created within a day.
    pub sessions_created_24h: u64,
    /// Ended within a day.
    pub sessions_ended_24h: u64,
    /// How long they lived, in seconds.
    pub average_duration_seconds: f64,
    /// By type of device.
    pub by_device_type: BTreeMap<String, u64>,
    /// By the browser, library or program that opened them.
    pub by_application: BTreeMap<String, u64>,
    /// By why they ended.
    pub by_end_reason: BTreeMap<String, u64>,
}
