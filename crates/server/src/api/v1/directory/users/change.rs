//! `PATCH /api/v1/admin/users/{user_id}`

use axum::Json;
use axum::extract::State;

use super::wire::{ChangeUserRequest, OneUser, UserResponse, user_change};
use crate::api::v1::V1;
use crate::api::v1::decode::{JsonBody, PathIds};
use crate::api::v1::directory::caller::Changer;
use crate::api::v1::envelope::ApiResponse;
use crate::api::v1::error::V1Error;

/// Change what is named of a user; what is not named stays.
#[utoipa::path(patch, path = "/api/v1/admin/users/{user_id}", operation_id = "users_change", tag = "users",
    params(("user_id" = String, Path, description = "`usr_…`")),
    request_body = ChangeUserRequest,
    responses((status = 200, description = "What it is now", body = OneUser)),
    security(("accessToken" = []))
)]
pub async fn change(
    State(surface): State<V1>,
    caller: Changer,
    ids: PathIds,
    JsonBody(fields): JsonBody,
) -> Result<Json<ApiResponse<UserResponse>>, V1Error> {
    let (change, user) = (user_change(fields)?, ids.user()?);
    let (engine, admin, origin) = (surface.engine.clone(), caller.admin, caller.origin);
    let changed = surface.detached.run(async move { engine.change_user(&admin, user, change, &origin).await }).await???;
    Ok(Json(ApiResponse { data: UserResponse::of(&changed), meta: caller.meta }))
}
