//! `POST /api/v1/admin/users/{user_id}/emails/{email}/status`

use axum::Json;
use axum::extract::State;
use cloakroom_engine::directory::changes::EmailChange;

use super::wire::{EmailStatusRequest, OneUser, UserResponse, email_status};
use crate::api::v1::V1;
use crate::api::v1::decode::{JsonBody, PathIds};
use crate::api::v1::directory::caller::Changer;
use crate::api::v1::envelope::ApiResponse;
use crate::api::v1::error::V1Error;

/// Move an address to another status. Out of verified ends every session of its user at once.
#[utoipa::path(post, path = "/api/v1/admin/users/{user_id}/emails/{email}/status", operation_id = "users_change_email_status", tag = "users",
    params(("user_id" = String, Path, description = "`usr_…`"),
        ("email" = String, Path, description = "The address")),
    request_body = EmailStatusRequest,
    responses((status = 200, description = "The user as it is now", body = OneUser)),
    security(("accessToken" = []))
)]
pub async fn change_email_status(
    State(surface): State<V1>,
    caller: Changer,
    ids: PathIds,
    JsonBody(fields): JsonBody,
) -> Result<Json<ApiResponse<UserResponse>>, V1Error> {
    let (status, user, address) = (email_status(fields)?, ids.user()?, ids.email()?);
    let change = EmailChange::Status { address, status };
    let (engine, admin, origin) = (surface.engine.clone(), caller.admin, caller.origin);
    let changed = surface.detached.run(async move { engine.change_emails(&admin, user, change, &origin).await }).await???;
    Ok(Json(ApiResponse { data: UserResponse::of(&changed), meta: caller.meta }))
}
