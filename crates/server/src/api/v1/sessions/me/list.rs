//! `GET /api/v1/me/sessions`

use axum::Json;
use axum::extract::State;

use crate::api::v1::V1;
use crate::api::v1::caller::Caller;
use crate::api::v1::envelope::{ApiResponse, ErrorResponse};
use crate::api::v1::error::V1Error;
use crate::api::v1::sessions::wire::{OwnSessions, SessionListItem};

/// List the caller's live sessions, newest first.
#[utoipa::path(get, path = "/api/v1/me/sessions", operation_id = "me_list", tag = "me",
    responses(
        (status = 200, description = "Exactly one of them is current", body = OwnSessions),
        (status = 401, description = "The access token is missing or not valid", body = ErrorResponse),
        (status = 403, description = "The access token is an application's", body = ErrorResponse),
        (status = 503, description = "Try again shortly", body = ErrorResponse),
    ),
    security(("accessToken" = []))
)]
pub async fn list(State(surface): State<V1>, caller: Caller) -> Result<Json<ApiResponse<Vec<SessionListItem>>>, V1Error> {
    let live = surface.engine.own_sessions(&caller.user).await?;
    let data = live.iter().map(|shown| SessionListItem::of(shown, Some(caller.user.session()))).collect();
    Ok(Json(ApiResponse { data, meta: caller.meta }))
}
