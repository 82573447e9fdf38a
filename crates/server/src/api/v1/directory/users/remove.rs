//! `DELETE /api/v1/admin/users/{user_id}`

use axum::extract::State;
use axum::http::StatusCode;

use crate::api::v1::V1;
use crate::api::v1::decode::PathIds;
use crate::api::v1::directory::caller::Changer;
use crate::api::v1::error::V1Error;

/// Doom a user, which ends every session of it. Its names stay taken.
#[utoipa::path(delete, path = "/api/v1/admin/users/{user_id}", operation_id = "users_remove", tag = "users",
    params(("user_id" = String, Path, description = "`usr_…`")),
    responses((status = 204, description = "Done")),
    security(("accessToken" = []))
)]
pub async fn remove(State(surface): State<V1>, caller: Changer, ids: PathIds) -> Result<StatusCode, V1Error> {
    let user = ids.user()?;
    let (engine, admin, origin) = (surface.engine.clone(), caller.admin, caller.origin);
    surface.detached.run(async move { engine.doom_user(&admin, user, &origin).await }).await???;
    Ok(StatusCode::NO_CONTENT)
}
