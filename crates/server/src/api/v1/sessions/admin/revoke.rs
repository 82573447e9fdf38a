//! `DELETE /api/v1/admin/sessions/{session_id}`

use axum::extract::State;
use axum::http::StatusCode;

use crate::api::v1::V1;
use crate::api::v1::caller::Ender;
use crate::api::v1::decode::PathIds;
use crate::api::v1::envelope::ErrorResponse;
use crate::api::v1::error::V1Error;

/// End one live session within reach.
#[utoipa::path(delete, path = "/api/v1/admin/sessions/{session_id}", operation_id = "admin_revoke", tag = "administration",
    params(("session_id" = String, Path, description = "`ses_…`")),
    responses(
        (status = 204, description = "It is over"),
        (status = 401, description = "The access token is missing or not valid", body = ErrorResponse),
        (status = 403, description = "Neither role nor scope reach the sessions of others", body = ErrorResponse),
        (status = 404, description = "No such thing within reach", body = ErrorResponse),
        (status = 503, description = "Try again shortly", body = ErrorResponse),
    ),
    security(("accessToken" = []))
)]
pub async fn revoke(State(surface): State<V1>, caller: Ender, ids: PathIds) -> Result<StatusCode, V1Error> {
    let session = ids.session()?;
    let (engine, admin, origin) = (surface.engine.clone(), caller.admin, caller.origin);
    let end = async move { engine.end_session_of(&admin, None, session, &origin).await };
    surface.detached.run(end).await???;
    Ok(StatusCode::NO_CONTENT)
}
