//! `GET /api/v1/me`

use axum::Json;
use axum::extract::State;

use crate::api::v1::V1;
use crate::api::v1::account::wire::{AccountResponse, OwnAccount};
use crate::api::v1::caller::Caller;
use crate::api::v1::envelope::{ApiResponse, ErrorResponse};
use crate::api::v1::error::V1Error;

/// The caller's account.
#[utoipa::path(get, path = "/api/v1/me", operation_id = "me_get", tag = "me",
    responses(
        (status = 200, description = "The caller's account", body = OwnAccount),
        (status = 401, description = "The access token is missing or not valid", body = ErrorResponse),
        (status = 403, description = "The access token is an application's", body = ErrorResponse),
        (status = 503, description = "Try again shortly", body = ErrorResponse),
    ),
    security(("accessToken" = []))
)]
pub async fn get(State(surface): State<V1>, caller: Caller) -> Result<Json<ApiResponse<AccountResponse>>, V1Error> {
    let account = surface.engine.own_account(&caller.user).await?;
    Ok(Json(ApiResponse { data: account.into(), meta: caller.meta }))
}
