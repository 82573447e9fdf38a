//! `DELETE /session-storage/sessions/{session_id}`

use axum::extract::State;
use axum::http::StatusCode;

use super::SessionStorage;
use super::caller::{Caller, Named};
use super::error::StorageError;
use super::wire::Failure;

/// End one of the owner's active sessions, and every token of it.
#[utoipa::path(delete, path = "/session-storage/sessions/{session_id}", operation_id = "storage_delete", tag = "sessions",
    params(("session_id" = String, Path, description = "`<owner>.<8 hex>.<8 hex>`")),
    responses(
        (status = 204, description = "It ended"),
        (status = 401, description = "ClientID or ClientSecret is missing, unknown or wrong", body = Failure),
        (status = 403, description = "The client is disabled, of a closed tenant, or belongs to no user", body = Failure),
        (status = 404, description = "No such live session of the owner's", body = Failure),
        (status = 431, description = "The head of the request is too large", body = Failure),
        (status = 500, description = "A fault of ours", body = Failure),
        (status = 503, description = "Try again shortly", body = Failure),
    ),
    security(("client id" = [], "client secret" = []))
)]
pub async fn delete(State(surface): State<SessionStorage>, caller: Caller, named: Named) -> Result<StatusCode, StorageError> {
    let (id, engine, Caller { client, origin }) = (named.session()?, surface.engine.clone(), caller);
    surface.detached.run(async move { engine.end_stored_session(&client, &id, &origin).await }).await???;
    Ok(StatusCode::NO_CONTENT)
}
