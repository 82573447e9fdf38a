//! `POST /api/v1/admin/users/{user_id}/emails`

use axum::Json;
use axum::extract::State;

use super::wire::{NewEmailRequest, OneUser, UserResponse, new_email};
use crate::api::v1::V1;
use crate::api::v1::decode::{JsonBody, PathIds};
use crate::api::v1::directory::caller::Changer;
use crate::api::v1::envelope::ApiResponse;
use crate::api::v1::error::V1Error;

/// Give a user another address. The first one becomes the primary one.
#[utoipa::path(post, path = "/api/v1/admin/users/{user_id}/emails", operation_id = "users_add_email", tag = "users",
    params(("user_id" = String, Path, description = "`usr_…`")),
    request_body = NewEmailRequest,
    responses((status = 200, description = "The user as it is now", body = OneUser)),
    security(("accessToken" = []))
)]
pub async fn add_email(
    State(surface): State<V1>,
    caller: Changer,
    ids: PathIds,
    JsonBody(fields): JsonBody,
) -> Result<Json<ApiResponse<UserResponse>>, V1Error> {
    let (change, user) = (new_email(fields)?, ids.user()?);
    let (engine, admin, origin) = (surface.engine.clone(), caller.admin, caller.origin);
    let changed = surface.detached.run(async move { engine.change_emails(&admin, user, change, &origin).await }).await???;
    Ok(Json(ApiResponse { data: UserResponse::of(&changed), meta: caller.meta }))
}
