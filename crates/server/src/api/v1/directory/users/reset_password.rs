//! `POST /api/v1/admin/users/{user_id}/password`

use axum::Json;
use axum::extract::State;

use super::wire::{OneUser, PasswordRequest, UserResponse, password_reset};
use crate::api::v1::V1;
use crate::api::v1::decode::{JsonBody, PathIds};
use crate::api::v1::directory::caller::Changer;
use crate::api::v1::envelope::ApiResponse;
use crate::api::v1::error::V1Error;

/// Set the password of a user, which ends every session of the user but those that are spared.
#[utoipa::path(post, path = "/api/v1/admin/users/{user_id}/password", operation_id = "users_reset_password", tag = "users",
    params(("user_id" = String, Path, description = "`usr_…`")),
    request_body = PasswordRequest,
    responses((status = 200, description = "The user as it is now", body = OneUser)),
    security(("accessToken" = []))
)]
pub async fn reset_password(
    State(surface): State<V1>,
    caller: Changer,
    ids: PathIds,
    JsonBody(fields): JsonBody,
) -> Result<Json<ApiResponse<UserResponse>>, V1Error> {
    let reset = password_reset(fields, &ids)?;
    let (engine, admin, origin) = (surface.engine.clone(), caller.admin, caller.origin);
    let changed = surface.detached.run(async move { engine.reset_password(&admin, reset, &origin).await }).await???;
    Ok(Json(ApiResponse { data: UserResponse::of(&changed), meta: caller.meta }))
}
