//! The shapes of this surface. They never leave this folder.

use std::collections::BTreeMap;

use cloakroom_engine::ids::{SessionNumber, SessionUid};
use cloakroom_engine::sessions::admin::Revoked;
use cloakroom_engine::sessions::detail::{DetailedView, ReachedApplication};
use cloakroom_engine::sessions::statistics::SessionStatistics;
use cloakroom_engine::sessions::{DeviceType, Location};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::Schema;

use crate::api::v1::envelope::{ApiResponse, MetaResponse, PaginatedResponse, next_cursor, time};
use crate::http::declared::parameters::{PathId, parameters};
use crate::http::declared::types::{Kind as _, nullable};
use crate::http::declared::words::OneOf;

parameters! {
    /// Which session.
    in Path pub struct OneSession {
        /// `ses_…`
        session_id: PathId<SessionUid>,
    }
}

/// A session in a list.
#[derive(Serialize, ToSchema)]
pub struct SessionListItem {
    #[schema(example = "ses_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    pub id: String,
    #[schema(example = "usr_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    pub user_id: String,
    #[schema(required = true, example = "ada@example.com")]
    pub user_email: Option<String>,
    #[schema(required = true, example = "203.0.113.7")]
    pub ip_address: Option<String>,
    #[schema(required = true, example = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")]
    pub user_agent: Option<String>,
    #[schema(schema_with = device_type)]
    pub device_type: &'static str,
    /// Whether it is the session that asks.
    pub is_current: bool,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime, required = true)]
    pub last_activity_at: Option<String>,
    /// Of an ended session: when it ended.
    #[schema(format = DateTime)]
    pub expires_at: String,
    #[schema(example = 1)]
    pub app_count: u64,
}

/// A session in the list of all tenants.
#[derive(Serialize, ToSchema)]
pub struct AdminSessionListItem {
    #[serde(flatten)]
    pub item: SessionListItem,
    /// The tenant that it was born under; null where the user had none.
    #[schema(required = true, example = "tnt_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    pub tenant_id: Option<String>,
}

/// An application that was reached through a session.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionAppInfo)]
pub struct SessionApplication {
    #[schema(example = "app_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    pub application_id: String,
    #[schema(example = "Acme Portal")]
    pub application_name: String,
    #[schema(format = DateTime)]
    pub accessed_at: String,
}

/// One session.
#[derive(Serialize, ToSchema)]
pub struct SessionResponse {
    #[schema(example = "ses_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    pub id: String,
    #[schema(example = "usr_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    pub user_id: String,
    #[schema(required = true, example = "ada@example.com")]
    pub user_email: Option<String>,
    #[schema(required = true, example = "Ada Lovelace")]
    pub user_display_name: Option<String>,
    #[schema(required = true, example = "203.0.113.7")]
    pub ip_address: Option<String>,
    #[schema(required = true, example = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")]
    pub user_agent: Option<String>,
    #[schema(schema_with = device_type)]
    pub device_type: &'static str,
    /// City, region and country (ISO 3166-1) as far as they are known, `Boxford, England, GB`. Null: no database of places is
    /// configured, or it does not know the address.
    #[schema(required = true, example = "Boxford, England, GB")]
    pub location: Option<String>,
    /// Whether it is the session that asks.
    pub is_current: bool,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime, required = true)]
    pub last_activity_at: Option<String>,
    /// Of an ended session: when it ended.
    #[schema(format = DateTime)]
    pub expires_at: String,
    pub sso_apps: Vec<SessionApplication>,
}

/// What was ended.
#[derive(Serialize, ToSchema)]
pub struct SessionRevokeResponse {
    #[schema(example = 1)]
    pub revoked_count: u64,
    /// Of a whole tenant at most the newest 1000.
    #[schema(example = json!(["ses_01J8ZQ4Y7N3V5K2M6P9R1S0T8W"]))]
    pub session_ids: Vec<String>,
}

/// Numbers about the sessions of a tenant.
#[derive(Serialize, ToSchema)]
pub struct SessionStats {
    #[schema(example = 3)]
    pub active_sessions: u64,
    #[schema(example = 40)]
    pub total_sessions: u64,
    #[schema(example = 2)]
    pub unique_users: u64,
    #[schema(example = 5)]
    pub sessions_created_24h: u64,
    #[schema(example = 4)]
    pub sessions_ended_24h: u64,
    #[schema(example = 5400.5)]
    pub average_duration_seconds: f64,
    #[schema(example = json!({"desktop": 3}))]
    pub by_device_type: BTreeMap<&'static str, u64>,
    /// By the browser, library or program that opened them, the 100 most frequent; `Other`: the rest, and what is not recognised.
    #[schema(example = json!({"Firefox": 3}))]
    pub by_application: BTreeMap<String, u64>,
    #[schema(example = json!({"logout": 37}))]
    pub by_end_reason: BTreeMap<&'static str, u64>,
}

/// A page of sessions.
pub type SessionPage = PaginatedResponse<SessionListItem>;

/// A page of sessions of all tenants within reach.
pub type AdminSessionPage = PaginatedResponse<AdminSessionListItem>;

/// One session, with metadata.
pub type ShownSession = ApiResponse<SessionResponse>;

/// What was ended, with metadata.
pub type RevokedSessions = ApiResponse<SessionRevokeResponse>;

/// Live sessions of the caller.
#[derive(Serialize, ToSchema)]
#[schema(as = ApiResponse_list_SessionListItem__)]
pub struct OwnSessions {
    pub data: Vec<SessionListItem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = next_cursor)]
    pub next_cursor: Option<String>,
    pub meta: MetaResponse,
}

/// Numbers.
#[derive(Serialize, ToSchema)]
#[schema(as = ApiResponse_dict_str__Any__)]
pub struct CountedSessions {
    pub data: SessionStats,
    pub meta: MetaResponse,
}

fn device_type() -> Schema {
    nullable(OneOf::<DeviceType>::schema())
}

impl SessionListItem {
    pub fn of(shown: &DetailedView, current: Option<SessionNumber>) -> Self {
        let whole = SessionResponse::of(shown, current);
        Self {
            id: whole.id,
            user_id: whole.user_id,
            user_email: whole.user_email,
            ip_address: whole.ip_address,
            user_agent: whole.user_agent,
            device_type: whole.device_type,
            is_current: whole.is_current,
            created_at: whole.created_at,
            last_activity_at: whole.last_activity_at,
            expires_at: whole.expires_at,
            app_count: whole.sso_apps.len() as u64,
        }
    }
}

impl AdminSessionListItem {
    pub fn of(shown: &DetailedView, current: Option<SessionNumber>) -> Self {
        let tenant_id = shown.surroundings.tenant.map(|tenant| tenant.uid.to_string());
        Self { item: SessionListItem::of(shown, current), tenant_id }
    }
}

impl SessionResponse {
    pub fn of(shown: &DetailedView, current: Option<SessionNumber>) -> Self {
        let DetailedView { view, surroundings } = shown;
        let session = &view.session;
        let expires_at = session.ends_at();
        Self {
            id: session.uid.to_string(),
            user_id: session.user_uid.to_string(),
            user_email: surroundings.user_email.clone(),
            user_display_name: surroundings.user_display_name.clone(),
            ip_address: session.address.as_deref().map(str::to_owned),
            user_agent: session.user_agent.as_deref().map(str::to_owned),
            device_type: surroundings.whence.agent.device_type.as_str(),
            location: surroundings.whence.location.as_ref().map(Location::written),
            is_current: current == Some(session.number),
            created_at: time(session.created_at),
            last_activity_at: Some(time(session.activity.last_active_at)),
            expires_at: time(view.end.map_or(expires_at, |end| end.at.min(expires_at))),
            sso_apps: surroundings.applications.iter().map(SessionApplication::of).collect(),
        }
    }
}

impl SessionApplication {
    fn of(reached: &ReachedApplication) -> Self {
        let ReachedApplication { uid, name, accessed_at } = reached;
        Self { application_id: uid.to_string(), application_name: name.clone(), accessed_at: time(*accessed_at) }
    }
}

impl From<Revoked> for SessionRevokeResponse {
    fn from(revoked: Revoked) -> Self {
        Self { revoked_count: revoked.count, session_ids: revoked.sessions.iter().map(ToString::to_string).collect() }
    }
}

impl From<SessionStatistics> for SessionStats {
    fn from(counted: SessionStatistics) -> Self {
        Self {
            active_sessions: counted.active,
            total_sessions: counted.total,
            unique_users: counted.active_users,
            sessions_created_24h: counted.created_recently,
            sessions_ended_24h: counted.ended_recently,
            average_duration_seconds: counted.average_duration().as_millis() as f64 / 1000.0,
            by_device_type: counted.by_device.into_iter().map(|(device, count)| (device.as_str(), count)).collect(),
            by_application: counted.by_application,
            by_end_reason: counted.by_end_reason.into_iter().map(|(reason, count)| (reason.as_str(), count)).collect(),
        }
    }
}
