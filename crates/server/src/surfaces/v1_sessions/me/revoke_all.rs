//! `POST /api/v1/me/sessions/revoke-all`

use axum::Json;
use axum::extract::State;

use crate::surfaces::v1_sessions::V1Sessions;
use crate::surfaces::v1_sessions::caller::Caller;
use crate::surfaces::v1_sessions::error::V1Error;
use crate::surfaces::v1_sessions::wire::{ApiResponse, ErrorResponse, RevokedSessions, SessionRevokeResponse};

/// End the caller's sessions, all but the one that asks.
#[utoipa::path(post, path = "/api/v1/me/sessions/revoke-all", operation_id = "me_revoke_all", tag = "me",
    responses(
        (status = 200, description = "What was ended", body = RevokedSessions),
        (status = 401, description = "The access token is missing or not valid", body = ErrorResponse),
        (status = 503, description = "Try again shortly", body = ErrorResponse),
    ),
    security(("access token" = []))
)]
pub async fn revoke_all(State(surface): State<V1Sessions>, caller: Caller) -> Result<Json<ApiResponse<SessionRevokeResponse>>, V1Error> {
    let (engine, user, origin) = (surface.engine.clone(), caller.user, caller.origin);
    let revoked = surface.detached.run(async move { engine.end_own_other_sessions(&user, &origin).await }).await??;
    Ok(Json(ApiResponse { data: revoked.into(), meta: caller.meta }))
}
