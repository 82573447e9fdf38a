//! `POST /api/admin/v1/authenticated-sessions/revoke`

use axum::Json;
use axum::extract::State;
use cloakroom_engine::ids::SessionNumber;

use super::AuthenticatedSessions;
use super::caller::Caller;
use super::envelope::JsonBody;
use super::error::AdminError;
use super::wire::{Failure, RevokeBody, Success};

/// End one active session within reach.
#[utoipa::path(post, path = "/api/admin/v1/authenticated-sessions/revoke", operation_id = "revoke_session",
    tag = "authenticated sessions", request_body = RevokeBody,
    responses(
        (status = 200, description = "It is over", body = Success),
        (status = 400, description = "No active session within reach has this id, or the body is wrong", body = Failure),
        (status = 401, description = "The access token is missing or not valid", body = Failure),
        (status = 403, description = "The caller is neither an operator nor an administrator", body = Failure),
        (status = 408, description = "The body did not arrive in time", body = Failure),
        (status = 413, description = "The body is too large", body = Failure),
        (status = 431, description = "The head of the request is too large", body = Failure),
        (status = 503, description = "Try again shortly", body = Failure),
    ),
    security(("accessToken" = []))
)]
pub async fn revoke(
    State(surface): State<AuthenticatedSessions>,
    caller: Caller,
    JsonBody(mut fields): JsonBody,
) -> Result<Json<Success>, AdminError> {
    let session = SessionNumber(fields.required_integer("Session", i64::MIN..=i64::MAX));
    fields.finish()?;
    let engine = surface.engine.clone();
    let end = async move { engine.end_session_by_number(&caller.operator, session, &caller.origin).await };
    surface.detached.run(end).await???;
    Ok(Json(Success::new()))
}
