//! `PATCH /api/v1/me`

use axum::Json;
use axum::extract::State;

use crate::api::v1::V1;
use crate::api::v1::account::wire::{AccountResponse, AccountUpdate, OwnAccount};
use crate::api::v1::caller::Caller;
use crate::api::v1::decode::JsonBody;
use crate::api::v1::envelope::{ApiResponse, ErrorResponse, HTTPValidationError};
use crate::api::v1::error::V1Error;

/// Change the caller's display name.
#[utoipa::path(patch, path = "/api/v1/me", operation_id = "me_update", tag = "me",
    request_body = AccountUpdate,
    responses(
        (status = 200, description = "The account as it is now", body = OwnAccount),
        (status = 401, description = "The access token is missing or not valid", body = ErrorResponse),
        (status = 403, description = "The access token is an application's", body = ErrorResponse),
        (status = 422, description = "Some value is missing or wrong", body = HTTPValidationError),
        (status = 503, description = "Try again shortly", body = ErrorResponse),
    ),
    security(("accessToken" = []))
)]
pub async fn update(
    State(surface): State<V1>,
    caller: Caller,
    JsonBody(mut fields): JsonBody,
) -> Result<Json<ApiResponse<AccountResponse>>, V1Error> {
    let display_name = fields.optional_text("display_name", 256);
    fields.finish()?;
    let Some(display_name) = display_name else {
        return Err(V1Error::nothing_meant("display_name is required: nothing else can be changed here"));
    };
    let (engine, user, origin) = (surface.engine.clone(), caller.user, caller.origin);
    let display_name = Some(display_name).filter(|name| !name.is_empty());
    let account = surface.detached.run(async move { engine.rename_own_account(&user, display_name, &origin).await }).await??;
    Ok(Json(ApiResponse { data: account.into(), meta: caller.meta }))
}
