//! `POST /api/v1/me/sessions/revoke-all`

use axum::Json;
use axum::extract::State;

use crate::api::v1::V1;
use crate::api::v1::caller::Caller;
use crate::api::v1::envelope::{ApiResponse, ErrorResponse};
use crate::api::v1::error::V1Error;
use crate::api::v1::sessions::wire::{RevokedSessions, SessionRevokeResponse};

/// End the caller's sessions, all but the one that asks.
#[utoipa::path(post, path = "/api/v1/me/sessions/revoke-all", operation_id = "me_revoke_all", tag = "me",
    responses(
        (status = 200, description = "What was ended", body = RevokedSessions),
        (status = 401, description = "The access token is missing or not valid", body = ErrorResponse),
        (status = 403, description = "The access token is an application's", body = ErrorResponse),
        (status = 503, description = "Try again shortly", body = ErrorResponse),
    ),
    security(("accessToken" = []))
)]
pub async fn revoke_all(State(surface): State<V1>, caller: Caller) -> Result<Json<ApiResponse<SessionRevokeResponse>>, V1Error> {
    let (engine, user, origin) = (surface.engine.clone(), caller.user, caller.origin);
    let revoked = surface.detached.run(async move { engine.end_own_other_sessions(&user, &origin).await }).await??;
    Ok(Json(ApiResponse { data: revoked.into(), meta: caller.meta }))
}
