//! `GET /session-storage/sessions`

use axum::Json;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloakroom_engine::sessions::cursor::Cursor;

use super::SessionStorage;
use super::caller::{Caller, Query};
use super::error::StorageError;
use super::wire::{Failure, SessionPage, StorageSession};

const PAGE_SIZE: u32 = 20;
const PAGE_SIZE_MOST: u32 = 100;

/// List the owner's active sessions, wherever they were born, oldest first.
#[utoipa::path(get, path = "/session-storage/sessions", operation_id = "storage_list", tag = "sessions",
    params(("page_size" = Option<u32>, Query, minimum = 1, maximum = 100, description = "20 unless said otherwise"),
        ("page_token" = Option<String>, Query, description = "The next_page_token of the page before")),
    responses(
        (status = 200, description = "A page", body = SessionPage),
        (status = 400, description = "A parameter is not what it should be", body = Failure),
        (status = 401, description = "ClientID or ClientSecret is missing, unknown or wrong", body = Failure),
        (status = 403, description = "The client is disabled, of a closed tenant, or belongs to no user", body = Failure),
        (status = 431, description = "The head of the request is too large", body = Failure),
        (status = 500, description = "A fault of ours", body = Failure),
        (status = 503, description = "Try again shortly", body = Failure),
    ),
    security(("client id" = [], "client secret" = []))
)]
pub async fn list(State(surface): State<SessionStorage>, caller: Caller, query: Query) -> Result<Json<SessionPage>, StorageError> {
    let limit = query.number("page_size", 1, PAGE_SIZE_MOST)?.unwrap_or(PAGE_SIZE);
    let after = query.one("page_token")?.map(cursor).transpose()?;
    let listed = surface.engine.stored_sessions(&caller.client, after, limit as usize).await??;
    let data = listed.sessions.iter().map(|session| StorageSession::of(&caller.client, session)).collect();
    let next_page_token = listed.next.map(|Cursor(sealed)| URL_SAFE_NO_PAD.encode(sealed));
    Ok(Json(SessionPage { data, next_page_token }))
}

fn cursor(text: &str) -> Result<Cursor, StorageError> {
    let sealed = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    sealed.map(Cursor).ok_or_else(|| StorageError::bad("page_token", "is none of this list"))
}
