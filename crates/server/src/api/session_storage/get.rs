//! `GET /session-storage/sessions/{session_id}`

use axum::Json;
use axum::extract::State;

use super::SessionStorage;
use super::caller::{Caller, Named};
use super::error::StorageError;
use super::wire::{Failure, OneSession, StorageSession};

/// Look at one of the owner's active sessions.
#[utoipa::path(get, path = "/session-storage/sessions/{session_id}", operation_id = "storage_get", tag = "sessions",
    params(("session_id" = String, Path, description = "`<owner>.<8 hex>.<8 hex>`")),
    responses(
        (status = 200, description = "The session", body = OneSession),
        (status = 401, description = "ClientID or ClientSecret is missing, unknown or wrong", body = Failure),
        (status = 403, description = "The client is disabled, of a closed tenant, or belongs to no user", body = Failure),
        (status = 404, description = "No such live session of the owner's", body = Failure),
        (status = 431, description = "The head of the request is too large", body = Failure),
        (status = 500, description = "A fault of ours", body = Failure),
        (status = 503, description = "Try again shortly", body = Failure),
    ),
    security(("client id" = [], "client secret" = []))
)]
pub async fn get(State(surface): State<SessionStorage>, caller: Caller, named: Named) -> Result<Json<OneSession>, StorageError> {
    let session = surface.engine.stored_session(&caller.client, &named.session()?).await??;
    Ok(Json(OneSession { data: StorageSession::of(&caller.client, &session) }))
}
