//! `GET /api/v1/admin/users/{user_id}`

use axum::Json;
use axum::extract::State;

use super::wire::{OneUser, UserResponse};
use crate::api::v1::V1;
use crate::api::v1::decode::PathIds;
use crate::api::v1::directory::caller::Reader;
use crate::api::v1::envelope::ApiResponse;
use crate::api::v1::error::V1Error;

/// Look at one user within reach.
#[utoipa::path(get, path = "/api/v1/admin/users/{user_id}", operation_id = "users_get", tag = "users",
    params(("user_id" = String, Path, description = "`usr_…`")),
    responses((status = 200, description = "The user", body = OneUser)),
    security(("accessToken" = []))
)]
pub async fn get(State(surface): State<V1>, caller: Reader, ids: PathIds) -> Result<Json<ApiResponse<UserResponse>>, V1Error> {
    let found = surface.engine.user(&caller.reader, ids.user()?).await??;
    Ok(Json(ApiResponse { data: UserResponse::of(&found), meta: caller.meta }))
}
