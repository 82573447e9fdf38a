//! `POST /api/v1/admin/users/{user_id}/status`

use axum::Json;
use axum::extract::State;

use super::wire::{OneUser, UserResponse, UserStatusRequest, user_status};
use crate::api::v1::V1;
use crate::api::v1::decode::{JsonBody, PathIds};
use crate::api::v1::directory::caller::Changer;
use crate::api::v1::envelope::ApiResponse;
use crate::api::v1::error::V1Error;

/// Move a user to another status. Out of verified ends every session of the user at once.
#[utoipa::path(post, path = "/api/v1/admin/users/{user_id}/status", operation_id = "users_change_status", tag = "users",
    params(("user_id" = String, Path, description = "`usr_…`")),
    request_body = UserStatusRequest,
    responses((status = 200, description = "The user as it is now", body = OneUser)),
    security(("accessToken" = []))
)]
pub async fn change_status(
    State(surface): State<V1>,
    caller: Changer,
    ids: PathIds,
    JsonBody(fields): JsonBody,
) -> Result<Json<ApiResponse<UserResponse>>, V1Error> {
    let (status, user) = (user_status(fields)?, ids.user()?);
    let (engine, admin, origin) = (surface.engine.clone(), caller.admin, caller.origin);
    let changed = surface.detached.run(async move { engine.change_user_status(&admin, user, status, &origin).await }).await???;
    Ok(Json(ApiResponse { data: UserResponse::of(&changed), meta: caller.meta }))
}
