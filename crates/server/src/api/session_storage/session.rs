//! `/session-storage/session` and `/session-storage/sessions…`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cloakroom_engine::callers::OwnedClient;
use cloakroom_engine::cursor::Cursor;
use cloakroom_engine::ids::StorageId;
use cloakroom_engine::sessions::Session;
use cloakroom_engine::sessions::metadata::KeptMetadata;
use cloakroom_engine::sessions::storage::open::{StorageWish, StoredSession};
use cloakroom_engine::sessions::storage::{STORAGE_TTL, SUBSCRIBERS_AT_MOST};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa::openapi::Type;
use utoipa::openapi::path::{Parameter as Described, ParameterIn};

use super::Storage;
use super::caller::Caller;
use super::envelope::Failure;
use super::error::StorageError;
use crate::http::cursor;
use crate::http::declared::metadata::{self, Metadata, ReadEdition};
use crate::http::declared::parameters::{Given, Parameter, Params, PathId, described, parameters};
use crate::http::declared::types::{Text, Whole, schema_of, string};
use crate::http::declared::{About, JsonBody, Nested, OptionalJsonBody, body};
use crate::http::time::seconds;

type Ttl = Whole<u32, { *STORAGE_TTL.start() as i64 }, { *STORAGE_TTL.end() as i64 }>;

body! {
    /// What a session may be created with.
    pub struct CreateBody {
        data: Nested<CreateData>,
    }

    pub struct CreateData {
        /// 30 days unless configured otherwise.
        ttl_seconds: Option<Ttl> = 3600,
        /// How many tokens that read.
        subscriber_count: Option<Whole<u32, 0, { SUBSCRIBERS_AT_MOST as i64 }>> = 1,
        /// What the session is for; other surfaces show it as its caption.
        intent: Option<Text<0, 255>> = "a game of chess",
        /// What is kept with the session; at most 4096 bytes as compact JSON, 64 members and 8 levels.
        metadata: Option<Metadata>,
    }

    /// What is to be kept with a session.
    pub struct MetadataBody {
        data: Nested<MetadataData>,
    }

    pub struct MetadataData {
        /// In the place of all that was kept.
        metadata: Metadata,
        /// The `metadata_edition` that was read.
        metadata_edition: ReadEdition = 1,
    }

    /// When a session is to expire, where the query does not say so.
    pub struct ExpiryBody {
        data: Nested<ExpiryData>,
    }

    pub struct ExpiryData {
        /// Counts where the query has none, and is then required.
        ttl_seconds: Option<Ttl> = 3600,
    }
}

parameters! {
    /// Which session.
    in Path pub struct OneSession {
        /// `<owner>.<8 hex>.<8 hex>`
        session_id: PathId<StorageId>,
    }

    /// Which page.
    in Query pub struct Paging {
        /// 20 unless said otherwise
        page_size: Number<1, 100> = 20,
        /// The next_page_token of the page before
        page_token: PageToken,
    }

    /// When a session is to expire.
    in Query pub struct ExpiryQuery {
        /// Else the body's
        ttl_seconds: Number<{ *STORAGE_TTL.start() }, { *STORAGE_TTL.end() }> = 3600,
    }
}

/// A whole number in decimal digits that may be absent.
pub struct Number<const LEAST: u32, const MOST: u32>;

impl<const LEAST: u32, const MOST: u32> Parameter for Number<LEAST, MOST> {
    type Value = Option<u32>;

    fn take(given: &mut Given, name: &'static str) -> Option<Option<u32>> {
        let Some(text) = once(given, name)? else { return Some(None) };
        let number = text.parse::<u32>().ok().filter(|number| (LEAST..=MOST).contains(number) && !text.starts_with('+'));
        if number.is_none() {
            given.refuse(name, format!("must be a whole number from {LEAST} to {MOST}"), "");
        }
        number.map(Some)
    }

    fn describe(name: &'static str, place: ParameterIn, about: About) -> Vec<Described> {
        let bound = |bound| usize::try_from(bound).ok().map(utoipa::Number::UInt);
        let number = schema_of(Type::Integer, |number| (number.minimum, number.maximum) = (bound(LEAST), bound(MOST)));
        described(name, place, false, number, about)
    }
}

/// Where a list goes on.
pub struct PageToken;

impl Parameter for PageToken {
    type Value = Option<Cursor>;

    fn take(given: &mut Given, name: &'static str) -> Option<Option<Cursor>> {
        let shown = once(given, name)?;
        cursor::taken(given, name, shown, None, "")
    }

    fn describe(name: &'static str, place: ParameterIn, about: About) -> Vec<Described> {
        described(name, place, false, string(|_| {}), about)
    }
}

/// The one value of a parameter. `None` where there are two.
fn once(given: &mut Given, name: &'static str) -> Option<Option<String>> {
    let mut values = given.all(name).map(str::to_owned);
    let value = values.next();
    if values.next().is_none() {
        return Some(value);
    }
    drop(values);
    given.refuse(name, "stands twice", "");
    None
}

/// A session. Times are RFC 3339, whole seconds, `Z`.
#[derive(Serialize, ToSchema)]
pub struct StorageSession {
    /// `<owner>.<8 hex>.<8 hex>`
    #[schema(example = "ada.9f1c2b3a.5d6e7f80")]
    id: String,
    #[schema(format = DateTime, example = "2026-01-02T03:04:05Z")]
    created_at: String,
    /// Of its last activity.
    #[schema(format = DateTime, example = "2026-01-02T03:04:05Z")]
    updated_at: String,
    #[schema(format = DateTime, example = "2026-02-01T03:04:05Z")]
    expires_at: String,
}

impl StorageSession {
    fn of(client: &OwnedClient, session: &Session) -> Self {
        Self {
            id: client.storage_id(session.number).to_string(),
            created_at: seconds(session.created_at.as_millis()),
            updated_at: seconds(session.activity.last_active_at.as_millis()),
            expires_at: seconds(session.ends_at().as_millis()),
        }
    }
}

/// What is kept with a session.
#[derive(Serialize, ToSchema)]
pub struct StorageMetadata {
    #[schema(schema_with = metadata::shown)]
    metadata: Box<RawValue>,
    /// How often that was written: 0 where it never was.
    #[schema(example = 1)]
    metadata_edition: i64,
}

impl From<&KeptMetadata> for StorageMetadata {
    fn from(kept: &KeptMetadata) -> Self {
        Self { metadata: metadata::raw(&kept.metadata), metadata_edition: kept.edition }
    }
}

/// A session with what is kept with it.
#[derive(Serialize, ToSchema)]
pub struct ShownData {
    #[serde(flatten)]
    session: StorageSession,
    #[serde(flatten)]
    kept: StorageMetadata,
}

/// One session.
#[derive(Serialize, ToSchema)]
pub struct ShownSession {
    data: ShownData,
}

/// What is kept with a session from now on.
#[derive(Serialize, ToSchema)]
pub struct ShownMetadata {
    data: StorageMetadata,
}

/// A page.
#[derive(Serialize, ToSchema)]
pub struct SessionPage {
    data: Vec<StorageSession>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
}

/// A session that was just created, with the one copy of its tokens.
#[derive(Serialize, ToSchema)]
pub struct CreatedData {
    #[serde(flatten)]
    session: StorageSession,
    /// A JWT with the scope `session:write`.
    publisher: String,
    /// As many JWTs with the scope `session:read` as were asked for.
    subscriber: Vec<String>,
    #[schema(example = "a game of chess")]
    intent: Option<String>,
    #[serde(flatten)]
    kept: StorageMetadata,
}

#[derive(Serialize, ToSchema)]
pub struct Created {
    ok: bool,
    data: CreatedData,
}

impl Created {
    fn of(client: &OwnedClient, stored: &StoredSession) -> Self {
        let data = CreatedData {
            session: StorageSession::of(client, &stored.session),
            publisher: stored.publisher.to_string(),
            subscriber: stored.subscribers.iter().map(|token| token.to_string()).collect(),
            intent: stored.session.caption.as_deref().map(str::to_owned),
            kept: (&stored.kept).into(),
        };
        Self { ok: true, data }
    }
}

/// Create a session of the owner's, with the tokens that are bound to it.
#[utoipa::path(post, path = "/session-storage/session", operation_id = "storageCreateSession", tag = "sessions",
    request_body = Option<CreateBody>,
    responses(
        (status = 201, description = "The session; its tokens are told this once", body = Created),
        (status = 403, description = "The client is disabled, of a closed tenant or belongs to no user, or its owner may have no session", body = Failure),
        (status = 429, description = "As many sessions as allowed; deleting one makes room, waiting does not", body = Failure),
    ),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn create(
    State(desk): State<Storage>,
    Caller { client, origin }: Caller,
    OptionalJsonBody(CreateBody { data }): OptionalJsonBody<CreateBody>,
) -> Result<(StatusCode, Json<Created>), StorageError> {
    let CreateData { ttl_seconds, subscriber_count, intent, metadata } = data;
    let (subscribers, metadata) = (subscriber_count.unwrap_or(0), metadata.unwrap_or_default());
    let wish = StorageWish { ttl_seconds, subscribers, intent, metadata };
    let stored = desk.engine.open_stored_session(&client, wish, origin).await??;
    Ok((StatusCode::CREATED, Json(Created::of(&client, &stored))))
}

/// List the owner's active sessions, wherever they were born, oldest first.
#[utoipa::path(get, path = "/session-storage/sessions", operation_id = "storageListSessions", tag = "sessions",
    params(Paging),
    responses((status = 200, description = "A page", body = SessionPage)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn list(
    State(desk): State<Storage>,
    Caller { client, .. }: Caller,
    Params(paging): Params<Paging>,
) -> Result<Json<SessionPage>, StorageError> {
    let limit = paging.page_size.unwrap_or(20) as usize;
    let listed = desk.engine.stored_sessions(&client, paging.page_token, limit).await??;
    let data = listed.sessions.iter().map(|session| StorageSession::of(&client, session)).collect();
    let next_page_token = listed.next.map(cursor::text);
    Ok(Json(SessionPage { data, next_page_token }))
}

/// Look at one of the owner's active sessions.
#[utoipa::path(get, path = "/session-storage/sessions/{session_id}", operation_id = "storageGetSession", tag = "sessions",
    params(OneSession),
    responses((status = 200, description = "The session", body = ShownSession)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn get(
    State(desk): State<Storage>,
    Caller { client, .. }: Caller,
    Params(one): Params<OneSession>,
) -> Result<Json<ShownSession>, StorageError> {
    let seen = desk.engine.stored_session(&client, &one.session_id.or(StorageError::NO_SUCH_SESSION)?).await??;
    let data = ShownData { session: StorageSession::of(&client, &seen.session), kept: (&seen.kept).into() };
    Ok(Json(ShownSession { data }))
}

/// Set when one of the owner's active sessions expires: so many seconds from now.
#[utoipa::path(post, path = "/session-storage/sessions/{session_id}", operation_id = "storageSetSessionExpiry", tag = "sessions",
    params(OneSession, ExpiryQuery),
    request_body = Option<ExpiryBody>,
    responses((status = 204, description = "It is set")),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn set_expiry(
    State(desk): State<Storage>,
    Caller { client, origin }: Caller,
    Params(one): Params<OneSession>,
    Params(query): Params<ExpiryQuery>,
    OptionalJsonBody(ExpiryBody { data }): OptionalJsonBody<ExpiryBody>,
) -> Result<StatusCode, StorageError> {
    let ttl_seconds = query.ttl_seconds.or(data.ttl_seconds).ok_or(StorageError::NO_TTL)?;
    let id = one.session_id.or(StorageError::NO_SUCH_SESSION)?;
    desk.engine.set_stored_session_expiry(&client, &id, ttl_seconds, &origin).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Have something else be kept with one of the owner's active sessions, if what is kept is what was read.
#[utoipa::path(post, path = "/session-storage/sessions/{session_id}/metadata", operation_id = "storageSetSessionMetadata", tag = "sessions",
    params(OneSession),
    request_body = MetadataBody,
    responses(
        (status = 200, description = "What is kept now", body = ShownMetadata),
        (status = 409, description = "Something else is kept than what was read", body = Failure),
    ),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn set_metadata(
    State(desk): State<Storage>,
    Caller { client, origin }: Caller,
    Params(one): Params<OneSession>,
    JsonBody(MetadataBody { data }): JsonBody<MetadataBody>,
) -> Result<Json<ShownMetadata>, StorageError> {
    let id = one.session_id.or(StorageError::NO_SUCH_SESSION)?;
    let kept = desk.engine.set_stored_session_metadata(&client, &id, (data.metadata_edition, data.metadata), &origin).await??;
    Ok(Json(ShownMetadata { data: (&kept).into() }))
}

/// End one of the owner's active sessions, and every token of it.
#[utoipa::path(delete, path = "/session-storage/sessions/{session_id}", operation_id = "storageDeleteSession", tag = "sessions",
    params(OneSession),
    responses((status = 204, description = "It ended")),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn delete(
    State(desk): State<Storage>,
    Caller { client, origin }: Caller,
    Params(one): Params<OneSession>,
) -> Result<StatusCode, StorageError> {
    let id = one.session_id.or(StorageError::NO_SUCH_SESSION)?;
    desk.engine.end_stored_session(&client, &id, &origin).await??;
    Ok(StatusCode::NO_CONTENT)
}
