//! `POST /api/v1/admin/users/{user_id}/emails/{email}/primary`

use axum::Json;
use axum::extract::State;
use cloakroom_engine::directory::changes::EmailChange;

use super::wire::{OneUser, UserResponse};
use crate::api::v1::V1;
use crate::api::v1::decode::PathIds;
use crate::api::v1::directory::caller::Changer;
use crate::api::v1::envelope::ApiResponse;
use crate::api::v1::error::V1Error;

/// Make an address of a user the primary one.
#[utoipa::path(post, path = "/api/v1/admin/users/{user_id}/emails/{email}/primary", operation_id = "users_make_email_primary", tag = "users",
    params(("user_id" = String, Path, description = "`usr_…`"),
        ("email" = String, Path, description = "The address")),
    responses((status = 200, description = "The user as it is now", body = OneUser)),
    security(("accessToken" = []))
)]
pub async fn make_email_primary(
    State(surface): State<V1>,
    caller: Changer,
    ids: PathIds,
) -> Result<Json<ApiResponse<UserResponse>>, V1Error> {
    let user = ids.user()?;
    let change = EmailChange::MakePrimary { address: ids.email()? };
    let (engine, admin, origin) = (surface.engine.clone(), caller.admin, caller.origin);
    let changed = surface.detached.run(async move { engine.change_emails(&admin, user, change, &origin).await }).await???;
    Ok(Json(ApiResponse { data: UserResponse::of(&changed), meta: caller.meta }))
}
