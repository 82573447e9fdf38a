//! `/usm/session/…`: sessions from birth to archive.

use axum::extract::State;
use cloakroom_engine::callers::EndUser;
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::ids::render_guid;
use cloakroom_engine::keys::Keyring;
use cloakroom_engine::policy::Policy;
use cloakroom_engine::sessions::cursor::CursorRefused;
use cloakroom_engine::sessions::get::SessionPointer;
use cloakroom_engine::sessions::list::{ListQuery, SideListed, SideQuery};
use cloakroom_engine::sessions::log_out::LogOutReach;
use cloakroom_engine::sessions::metadata::KeptMetadata;
use cloakroom_engine::sessions::open::{OpenedSession, SessionWish};
use cloakroom_engine::sessions::pages::{ArchivedFilter, Side};
use cloakroom_engine::sessions::sign_in::SignIn;
use cloakroom_engine::sessions::{Birth, EndReason, SessionView};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa::openapi::Schema;

use super::UsmDesk;
use super::call::Call;
use super::callers::Anybody;
use super::doom_reasons::session_doom_reason;
use super::envelope::{Enveloped, Failed, Reply};
use super::error::UsmError;
use super::lists::{ListStatus, Sides};
use super::placed_session::PlacedSession;
use super::refusals::{SessionRefusals, UpdateRefusals};
use crate::http::cursor;
use crate::http::declared::metadata::{self, Metadata, ReadEdition};
use crate::http::declared::types::{Bool, Bounds, Clamped, Flag, Password, Text, Time, Within, nullable, words_of};
use crate::http::declared::{Flat, body};
use crate::http::time::InMillis;

/// The time to live that a caller may ask for.
pub struct SessionTtl;

impl Bounds for SessionTtl {
    fn range(policy: &Policy) -> std::ops::RangeInclusive<i64> {
        i64::from(policy.sessions.ttl_min_seconds)..=i64::from(policy.sessions.ttl_max_seconds)
    }
}

type CreateSessionCall = Call<Anybody, CreateSessionBody>;
type AnySession = Call<SessionPointer, SessionBody>;
type CloseSessionCall = Call<SessionPointer, CloseSessionBody>;
type GetSessionCall = Call<SessionPointer, GetSessionBody>;
type UpdateSessionCall = Call<EndUser, UpdateSessionBody>;
type ListSessionsCall = Call<EndUser, ListSessionsBody>;
type OwnSession = Call<EndUser, SessionBody>;
type SessionReply = Enveloped<SessionRecord>;
type PlacedSessionReply = Enveloped<PlacedSession>;
type AnySessionListReply = Enveloped<AnySessionList>;
type DoomedCountReply = Enveloped<DoomedCount>;

body! {
    /// Body of `session/create`.
    pub struct CreateSessionBody {
        /// Within the configured bounds, by default 60 to 86400.
        ttl_seconds: Option<Within<SessionTtl>> = 3600,
        /// Trimmed and lower-cased.
        email: Text<1, 254> = "ada@example.com",
        passcode: Password = "correct horse battery staple",
        /// Whether a validation moves the expiry.
        ttl_refresh_enabled: Option<Bool> = true,
        caption: Option<Text<0, 256>> = "Till 4",
        session_label: Option<Text<0, 64>> = "till",
        /// For the audit trail.
        reason: Option<Text<0, 256>> = "opening the shop",
        /// What is kept with the session; at most 4096 bytes as compact JSON, 64 members and 8 levels.
        metadata: Option<Metadata>,
    }

    /// Body of `session/update`.
    pub struct UpdateSessionBody {
        /// What is kept with the session from now on, in the place of all that was.
        metadata: Metadata,
        /// The `metadata_edition` that was read.
        metadata_edition: ReadEdition = 1,
    }

    /// Body of the routes that take nothing but a session.
    pub struct SessionBody {}

    /// Body of `session/close`.
    pub struct CloseSessionBody {
        /// For the audit trail.
        reason: Option<Text<0, 256>> = "closing the shop",
    }

    /// Body of `session/get`.
    pub struct GetSessionBody {
        include_archived: Flag<false>,
    }

    /// Body of `session/list`.
    pub struct ListSessionsBody {
        sides: Flat<Sides>,
        /// Clamped to 1 to 256; with `all` it counts for each side.
        limit: Clamped<1, 256, 8>,
        /// Exactly this caption.
        caption: Option<Text<0, 256>> = "Till 4",
        /// Exactly this label.
        session_label: Option<Text<0, 64>> = "till",
        include_archived: Flag<false>,
        /// Inclusive bound on the time of archiving.
        archived_from_utc: Option<Time> => |fields| {
            if include_archived != Some(true) && archived_from_utc.flatten().is_some() {
                fields.refuse("archived_from_utc", ONLY_ARCHIVED);
            }
        },
        /// Exclusive bound on the time of archiving.
        archived_to_utc: Option<Time> => |fields| {
            if include_archived != Some(true) && archived_to_utc.flatten().is_some() {
                fields.refuse("archived_to_utc", ONLY_ARCHIVED);
            }
        },
    }
}

const ONLY_ARCHIVED: &str = "goes with include_archived true";

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionRecord {
    /// From `session/create` the bearer secret, everywhere else the reference guid.
    #[schema(example = "0b6f6a9e-5c1d-4e0f-9d3a-7c2b1a4e8f60")]
    pub session_guid: String,
    /// Finds and closes the session; validates nothing. In the reply of `session/create` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "5d3e0b1c-8f2a-4c67-b1d9-0e4f7a6c2b83")]
    pub reference_guid: Option<String>,
    #[schema(example = "usr_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    pub user_id: String,
    #[schema(schema_with = super::lists::standing)]
    pub status: &'static str,
    #[schema(value_type = String, format = DateTime)]
    pub created_at_utc: InMillis,
    #[schema(value_type = Option<String>, required = true, format = DateTime)]
    pub last_validated_at_utc: Option<InMillis>,
    #[schema(value_type = String, format = DateTime)]
    pub expires_at_utc: InMillis,
    /// Time to live in seconds, from creation or the last validation.
    #[schema(example = 3600)]
    pub ttl_seconds: i64,
    pub ttl_refresh_enabled: bool,
    #[schema(required = true, example = "Till 4")]
    pub caption: Option<String>,
    #[schema(required = true, example = "till")]
    pub session_label: Option<String>,
    #[schema(value_type = Option<String>, required = true, format = DateTime)]
    pub doomed_at_utc: Option<InMillis>,
    #[schema(schema_with = doom_reasons, required = true)]
    pub doom_reason: Option<&'static str>,
    pub archived: bool,
    #[schema(value_type = Option<String>, required = true, format = DateTime)]
    pub archived_at_utc: Option<InMillis>,
    /// Whether it is the session that asks. In lists only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_current: Option<bool>,
    /// What is kept with the session. In the replies of `session/create`, `session/get` and `session/update` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = metadata::shown)]
    pub metadata: Option<Box<RawValue>>,
    /// How often that was written, for `session/update`. In the same replies.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 1)]
    pub metadata_edition: Option<i64>,
}

/// A page of one side of the caller's sessions.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionList {
    pub sessions: Vec<PlacedSession>,
    /// Where to go on; null at the end.
    #[schema(required = true)]
    pub next_token: Option<String>,
}

/// A page of both sides of the caller's sessions, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionListAll {
    pub sessions: Vec<PlacedSession>,
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
        let time = |at: Timestamp| InMillis::of(at.as_millis());
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
            caption: session.caption.as_deref().map(str::to_owned),
            session_label: session.label.as_deref().map(str::to_owned),
            doomed_at_utc: view.end.map(|end| time(end.at)),
            doom_reason: view.end.map(|end| session_doom_reason(end.reason)),
            archived: archived_at.is_some(),
            archived_at_utc: archived_at.map(time),
            is_current: None,
            metadata: None,
            metadata_edition: None,
        }
    }

    /// With what is kept with it.
    pub fn keeping(self, kept: &KeptMetadata) -> Self {
        Self { metadata: Some(metadata::raw(&kept.metadata)), metadata_edition: Some(kept.edition), ..self }
    }

    /// A new session, with its bearer secret: the one reply that shows it.
    pub fn created(opened: &OpenedSession, keys: &Keyring) -> Self {
        let record = Self::of(&opened.view, keys).keeping(&opened.kept);
        Self { reference_guid: Some(record.session_guid), session_guid: render_guid(opened.secret.expose()), ..record }
    }
}

/// Every doom reason, or null.
fn doom_reasons() -> Schema {
    nullable(words_of(EndReason::ALL.iter().map(|reason| session_doom_reason(*reason))))
}

/// One side or both.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum AnySessionList {
    One(SessionList),
    Both(SessionListAll),
}

/// Sign in with an email and a passcode and open a session.
#[utoipa::path(post, path = "/usm/session/create", operation_id = "createSession", tag = "sessions",
    request_body = CreateSessionCall,
    responses(
        (status = 200, description = "The session, with its bearer guid this once", body = SessionReply),
        (status = 401, description = "invalid-passcode", body = Failed),
        (status = 403, description = "user-not-verified, email-not-verified", body = Failed),
        (status = 409, description = "too-many-sessions", body = Failed),
        (status = 429, description = "rate-limited", body = Failed),
        (status = 500, description = "session-cap-invalid, internal-error", body = Failed),
    ),
    extensions(("x-effect" = json!("changes")), ("x-rate" = json!("sign-ins")))
)]
pub async fn create(State(desk): State<UsmDesk>, call: CreateSessionCall) -> Result<Reply, UsmError> {
    let Call { body, origin, .. } = call;
    let wish = SessionWish {
        birth: Birth::Usm,
        ttl_seconds: body.ttl_seconds,
        slides: body.ttl_refresh_enabled,
        caption: body.caption,
        label: body.session_label,
        note: body.reason,
        metadata: body.metadata.unwrap_or_default(),
    };
    let opened = desk.engine.sign_in(SignIn { email: body.email, passcode: body.passcode, wish, origin }).await??;
    Reply::new(&SessionRecord::created(&opened, desk.engine.keys()))
}

/// Say whether a session lives, and move its expiry where it slides.
#[utoipa::path(post, path = "/usm/session/validate", operation_id = "validateSession", tag = "sessions",
    request_body = AnySession,
    responses((status = 200, description = "The session lives", body = SessionReply), SessionRefusals),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn validate(State(desk): State<UsmDesk>, call: AnySession) -> Result<Reply, UsmError> {
    let view = desk.engine.validate_session(call.caller.as_secret(), &call.origin).await??;
    Reply::new(&SessionRecord::of(&view, desk.engine.keys()))
}

/// End one session.
#[utoipa::path(post, path = "/usm/session/close", operation_id = "closeSession", tag = "sessions",
    request_body = CloseSessionCall,
    responses((status = 200, description = "The session, doomed", body = SessionReply), SessionRefusals),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn close(State(desk): State<UsmDesk>, call: CloseSessionCall) -> Result<Reply, UsmError> {
    let closed = desk.engine.close_session(&call.caller, call.body.reason, &call.origin).await??;
    Reply::new(&SessionRecord::of(&closed, desk.engine.keys()))
}

/// Look at one session, live or ended.
#[utoipa::path(post, path = "/usm/session/get", operation_id = "getSession", tag = "sessions",
    request_body = GetSessionCall,
    responses(
        (status = 200, description = "The session as it is, with what it comes from", body = PlacedSessionReply),
        (status = 403, description = "password-change-required", body = Failed),
        (status = 404, description = "session-not-found", body = Failed),
    ),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn get(State(desk): State<UsmDesk>, call: GetSessionCall) -> Result<Reply, UsmError> {
    let found = desk.engine.get_session(&call.caller, call.body.include_archived).await??;
    Reply::new(&PlacedSession::of((&found.view, &found.whence), desk.engine.keys()).keeping(&found.kept))
}

/// Have something else be kept with the session that asks, if what is kept is what was read.
#[utoipa::path(post, path = "/usm/session/update", operation_id = "updateSession", tag = "sessions",
    request_body = UpdateSessionCall,
    responses((status = 200, description = "The session, with what is kept with it now", body = SessionReply), UpdateRefusals),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn update(State(desk): State<UsmDesk>, call: UpdateSessionCall) -> Result<Reply, UsmError> {
    let UpdateSessionBody { metadata, metadata_edition } = call.body;
    let updated = desk.engine.set_session_metadata(&call.caller, metadata_edition, metadata, &call.origin).await??;
    Reply::new(&SessionRecord::of(&updated.view, desk.engine.keys()).keeping(&updated.kept))
}

/// List the caller's sessions, newest first.
#[utoipa::path(post, path = "/usm/session/list", operation_id = "listSessions", tag = "sessions",
    request_body = ListSessionsCall,
    responses(
        (status = 200, description = "A page; with status `all` two cursors in the place of one", body = AnySessionListReply),
        (status = 400, description = "validation-error, invalid-status", body = Failed),
        SessionRefusals,
    ),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn list(State(desk): State<UsmDesk>, call: ListSessionsCall) -> Result<Reply, UsmError> {
    let Call { caller, body, .. } = call;
    let status = body.sides.status.or(UsmError::INVALID_LIST_STATUS)?;
    let sides = body.sides.shown(status, Side::Live, Side::Ended).into_iter().map(|(side, after)| SideQuery { side, after });
    let archived = ArchivedFilter { include: body.include_archived, from: body.archived_from_utc, to: body.archived_to_utc };
    let query = ListQuery { sides: sides.collect(), limit: body.limit, caption: body.caption, label: body.session_label, archived };
    let refused = |CursorRefused(side)| UsmError::cursor_refused(status.token_field(side == Side::Live));
    let listed = desk.engine.list_sessions(&caller, &query).await?.map_err(refused)?;
    page(&desk, &caller, status, listed)
}

fn page(desk: &UsmDesk, caller: &EndUser, status: ListStatus, listed: Vec<SideListed>) -> Result<Reply, UsmError> {
    let next = |side| listed.iter().find(|listed| listed.side == side).and_then(|listed| listed.next).map(cursor::text);
    let (active, doomed) = (next(Side::Live), next(Side::Ended));
    let mut found: Vec<_> = listed.into_iter().flat_map(|listed| listed.sessions).collect();
    found.sort_by_key(|placed| std::cmp::Reverse((placed.view.session.created_at, placed.view.session.number)));
    let sessions = found
        .iter()
        .map(|placed| PlacedSession::of((&placed.view, &placed.whence), desk.engine.keys()).marked(caller.is(&placed.view)))
        .collect();
    Reply::new(&match status {
        ListStatus::All => AnySessionList::Both(SessionListAll { sessions, active_next_token: active, doomed_next_token: doomed }),
        ListStatus::Active | ListStatus::Doomed => AnySessionList::One(SessionList { sessions, next_token: active.or(doomed) }),
    })
}

/// End all of the caller's sessions but this one.
#[utoipa::path(post, path = "/usm/session/logout_other_devices", operation_id = "logOutOtherDevices", tag = "sessions",
    request_body = OwnSession,
    responses((status = 200, description = "How many sessions ended", body = DoomedCountReply), SessionRefusals),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn logout_other_devices(State(desk): State<UsmDesk>, call: OwnSession) -> Result<Reply, UsmError> {
    let doomed_count = desk.engine.log_out(&call.caller, LogOutReach::OtherDevices, &call.origin).await?;
    Reply::new(&DoomedCount { doomed_count })
}

/// End all of the caller's sessions, this one too.
#[utoipa::path(post, path = "/usm/session/logout_everywhere", operation_id = "logOutEverywhere", tag = "sessions",
    request_body = OwnSession,
    responses((status = 200, description = "How many sessions ended", body = DoomedCountReply), SessionRefusals),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn logout_everywhere(State(desk): State<UsmDesk>, call: OwnSession) -> Result<Reply, UsmError> {
    let doomed_count = desk.engine.log_out(&call.caller, LogOutReach::Everywhere, &call.origin).await?;
    Reply::new(&DoomedCount { doomed_count })
}
