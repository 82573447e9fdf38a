//! The shapes of sessions on this surface.

use cloakroom_engine::ids::render_guid;
use cloakroom_engine::keys::Keyring;
use cloakroom_engine::sessions::open::OpenedSession;
use cloakroom_engine::sessions::{EndReason, SessionView};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::usm::envelope::{Build, Stats, enveloped};
use crate::api::usm::wire::time;

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionRecord {
    /// From `session/create` the bearer secret, everywhere else the reference guid.
    pub session_guid: String,
    /// Finds and closes the session; validates nothing. In the reply of `session/create` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference_guid: Option<String>,
    pub user_id: String,
    /// `active` or `doomed`.
    #[schema(pattern = "^(active|doomed)$")]
    pub status: &'static str,
    pub created_at_utc: String,
    #[schema(required = true)]
    pub last_validated_at_utc: Option<String>,
    pub expires_at_utc: String,
    /// Time to live in seconds, from creation or the last validation.
    pub ttl_seconds: i64,
    pub ttl_refresh_enabled: bool,
    #[schema(required = true)]
    pub caption: Option<String>,
    #[schema(required = true)]
    pub session_label: Option<String>,
    #[schema(required = true)]
    pub doomed_at_utc: Option<String>,
    #[schema(pattern = "^(ttl-expired|closed|user-suspended|user-doomed|email-unverified|email-doomed|manual)$", required = true)]
    pub doom_reason: Option<&'static str>,
    pub archived: bool,
    #[schema(required = true)]
    pub archived_at_utc: Option<String>,
    /// Whether it is the session that asks. In lists only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_current: Option<bool>,
}

/// A page of one side of the caller's sessions.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionList {
    pub sessions: Vec<SessionRecord>,
    /// Where to go on; null at the end.
    #[schema(required = true)]
    pub next_token: Option<String>,
}

/// A page of both sides of the caller's sessions, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionListAll {
    pub sessions: Vec<SessionRecord>,
    /// Where the active side goes on; null when it is exhausted.
    #[schema(required = true)]
    pub active_next_token: Option<String>,
    /// Where the doomed side goes on; null when it is exhausted.
    #[schema(required = true)]
    pub doomed_next_token: Option<String>,
}

/// How many sessions were ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct DoomedCount {
    pub doomed_count: usize,
}

impl SessionRecord {
    /// A session as every route but `create` shows it.
    pub fn of(view: &SessionView, keys: &Keyring) -> Self {
        let session = &view.session;
        let archived_at = session.state.archived_at();
        Self {
            session_guid: render_guid(&keys.reference_guid(&session.uid)),
            reference_guid: None,
            user_id: session.user_uid.to_string(),
            status: if view.end.is_none() { "active" } else { "doomed" },
            created_at_utc: time(session.created_at),
            last_validated_at_utc: session.activity.last_validated_at.map(time),
            expires_at_utc: time(session.activity.expires_at),
            ttl_seconds: session.ttl.as_millis() / 1000,
            ttl_refresh_enabled: session.slides,
            caption: session.caption.clone(),
            session_label: session.label.clone(),
            doomed_at_utc: view.end.map(|end| time(end.at)),
            doom_reason: view.end.map(|end| doom_reason(end.reason)),
            archived: archived_at.is_some(),
            archived_at_utc: archived_at.map(time),
            is_current: None,
        }
    }

    /// A new session, with its bearer secret: the one reply that shows it.
    pub fn created(opened: &OpenedSession, keys: &Keyring) -> Self {
        let record = Self::of(&opened.view, keys);
        Self { reference_guid: Some(record.session_guid), session_guid: render_guid(opened.secret.expose()), ..record }
    }
}

/// The engine's end reasons in the words of this surface (docs/contracts/usm.md, Doom reasons).
pub const fn doom_reason(reason: EndReason) -> &'static str {
    match reason {
        EndReason::Expired => "ttl-expired",
        EndReason::Closed => "closed",
        EndReason::UserSuspended => "user-suspended",
        EndReason::UserDoomed => "user-doomed",
        EndReason::EmailUnverified => "email-unverified",
        EndReason::EmailDoomed => "email-doomed",
        EndReason::Revoked
        | EndReason::Evicted
        | EndReason::PasswordChanged
        | EndReason::RefreshTokenReused
        | EndReason::TenantClosed
        | EndReason::PartnerClosed
        | EndReason::ApplicationDisabled
        | EndReason::Restored => "manual",
    }
}

/// One side or both.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "documents a reply")]
pub enum AnyList {
    One(SessionList),
    Both(SessionListAll),
}

enveloped! {
    /// A new session in its envelope.
    Created(SessionRecord),
    /// A session in its envelope.
    Shown(SessionRecord),
    /// A count in its envelope.
    Counted(DoomedCount),
    /// A list in its envelope.
    Listed(AnyList),
}

/// Body of `session/create`.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "documents the body; the handler reads it field by field to name every bad one")]
pub struct CreateBody {
    /// Trimmed and lower-cased.
    #[schema(max_length = 254)]
    email: String,
    #[schema(max_length = 1024)]
    passcode: String,
    #[schema(max_length = 256)]
    caption: Option<String>,
    #[schema(max_length = 64)]
    session_label: Option<String>,
    /// Within the configured bounds, by default 60 to 86400.
    ttl_seconds: Option<i64>,
    /// Whether a validation moves the expiry.
    ttl_refresh_enabled: Option<bool>,
    /// For the audit trail.
    #[schema(max_length = 256)]
    reason: Option<String>,
    #[schema(max_length = 256)]
    actor: Option<String>,
    #[schema(max_length = 256)]
    orgcode: Option<String>,
    #[schema(max_length = 256)]
    cccode: Option<String>,
}

/// Body of the routes that take nothing but a session.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "documents the body; the handler reads it field by field to name every bad one")]
pub struct SessionBody {
    #[schema(pattern = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    session_guid: String,
    #[schema(max_length = 256)]
    actor: Option<String>,
    #[schema(max_length = 256)]
    orgcode: Option<String>,
    #[schema(max_length = 256)]
    cccode: Option<String>,
}

/// Body of `session/close`.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "documents the body; the handler reads it field by field to name every bad one")]
pub struct CloseBody {
    /// Bearer or reference guid.
    #[schema(pattern = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    session_guid: String,
    /// For the audit trail.
    #[schema(max_length = 256)]
    reason: Option<String>,
    #[schema(max_length = 256)]
    actor: Option<String>,
    #[schema(max_length = 256)]
    orgcode: Option<String>,
    #[schema(max_length = 256)]
    cccode: Option<String>,
}

/// Body of `session/get`.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "documents the body; the handler reads it field by field to name every bad one")]
pub struct GetBody {
    /// Bearer or reference guid.
    #[schema(pattern = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    session_guid: String,
    /// Default false.
    include_archived: Option<bool>,
    #[schema(max_length = 256)]
    actor: Option<String>,
    #[schema(max_length = 256)]
    orgcode: Option<String>,
    #[schema(max_length = 256)]
    cccode: Option<String>,
}

/// Body of `session/list`.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "documents the body; the handler reads it field by field to name every bad one")]
pub struct ListBody {
    /// The bearer guid of a live session.
    #[schema(pattern = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    session_guid: String,
    /// `active` (default), `doomed` or `all`.
    #[schema(pattern = "^(active|doomed|all)$")]
    status: Option<String>,
    /// Default 8, clamped to 1 to 256; with `all` it counts for each side.
    limit: Option<i64>,
    /// From the reply before; not with `all`.
    next_token: Option<String>,
    /// From the reply before, with `all`.
    active_next_token: Option<String>,
    /// From the reply before, with `all`.
    doomed_next_token: Option<String>,
    /// Exactly this caption.
    #[schema(max_length = 256)]
    caption: Option<String>,
    /// Exactly this label.
    #[schema(max_length = 64)]
    session_label: Option<String>,
    /// Default false.
    include_archived: Option<bool>,
    /// Inclusive bound on the time of archiving.
    #[schema(format = DateTime)]
    archived_from_utc: Option<String>,
    /// Exclusive bound on the time of archiving.
    #[schema(format = DateTime)]
    archived_to_utc: Option<String>,
    #[schema(max_length = 256)]
    actor: Option<String>,
    #[schema(max_length = 256)]
    orgcode: Option<String>,
    #[schema(max_length = 256)]
    cccode: Option<String>,
}
