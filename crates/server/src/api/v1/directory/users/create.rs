//! `POST /api/v1/admin/users/`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::wire::{NewUserRequest, OneUser, UserResponse, new_user};
use crate::api::v1::V1;
use crate::api::v1::decode::JsonBody;
use crate::api::v1::directory::caller::Changer;
use crate::api::v1::envelope::ApiResponse;
use crate::api::v1::error::V1Error;

/// Create a user.
#[utoipa::path(post, path = "/api/v1/admin/users/", operation_id = "users_create", tag = "users",
    request_body = NewUserRequest,
    responses((status = 201, description = "What was created", body = OneUser)),
    security(("accessToken" = []))
)]
pub async fn create(
    State(surface): State<V1>,
    caller: Changer,
    JsonBody(fields): JsonBody,
) -> Result<(StatusCode, Json<ApiResponse<UserResponse>>), V1Error> {
    let (new, password) = new_user(fields)?;
    let (engine, admin, origin) = (surface.engine.clone(), caller.admin, caller.origin);
    let created = surface.detached.run(async move { engine.create_user(&admin, new, password, &origin).await }).await???;
    Ok((StatusCode::CREATED, Json(ApiResponse { data: UserResponse::of(&created), meta: caller.meta })))
}
