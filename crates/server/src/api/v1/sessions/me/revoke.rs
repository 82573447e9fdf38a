//! `DELETE /api/v1/me/sessions/{session_id}`

use axum::Json;
use axum::extract::State;

use crate::api::v1::V1;
use crate::api::v1::caller::Caller;
use crate::api::v1::decode::PathIds;
use crate::api::v1::envelope::{ApiResponse, ErrorResponse};
use crate::api::v1::error::V1Error;
use crate::api::v1::sessions::wire::{RevokedSessions, SessionRevokeResponse};

/// End one of the caller's sessions; it may be the one that asks.
#[utoipa::path(delete, path = "/api/v1/me/sessions/{session_id}", operation_id = "me_revoke", tag = "me",
    params(("session_id" = String, Path, description = "`ses_…`")),
    responses(
        (status = 200, description = "What was ended", body = RevokedSessions),
        (status = 401, description = "The access token is missing or not valid", body = ErrorResponse),
        (status = 403, description = "The access token is an application's", body = ErrorResponse),
        (status = 404, description = "No such thing within reach", body = ErrorResponse),
        (status = 503, description = "Try again shortly", body = ErrorResponse),
    ),
    security(("accessToken" = []))
)]
pub async fn revoke(State(surface): State<V1>, caller: Caller, ids: PathIds) -> Result<Json<ApiResponse<SessionRevokeResponse>>, V1Error> {
    let session = ids.session()?;
    let (engine, user, origin) = (surface.engine.clone(), caller.user, caller.origin);
    let revoked = surface.detached.run(async move { engine.end_own_session(&user, session, &origin).await }).await???;
    Ok(Json(ApiResponse { data: revoked.into(), meta: caller.meta }))
}
