//! `DELETE /api/v1/admin/users/{user_id}/emails/{email}`

use axum::extract::State;
use axum::http::StatusCode;
use cloakroom_engine::directory::EmailStatus;
use cloakroom_engine::directory::changes::EmailChange;

use crate::api::v1::V1;
use crate::api::v1::decode::PathIds;
use crate::api::v1::directory::caller::Changer;
use crate::api::v1::error::V1Error;

/// Doom an address, which ends every session of its user. It stays taken.
#[utoipa::path(delete, path = "/api/v1/admin/users/{user_id}/emails/{email}", operation_id = "users_remove_email", tag = "users",
    params(("user_id" = String, Path, description = "`usr_…`"),
        ("email" = String, Path, description = "The address")),
    responses((status = 204, description = "Done")),
    security(("accessToken" = []))
)]
pub async fn remove_email(State(surface): State<V1>, caller: Changer, ids: PathIds) -> Result<StatusCode, V1Error> {
    let user = ids.user()?;
    let change = EmailChange::Status { address: ids.email()?, status: EmailStatus::Doomed };
    let (engine, admin, origin) = (surface.engine.clone(), caller.admin, caller.origin);
    surface.detached.run(async move { engine.change_emails(&admin, user, change, &origin).await }).await???;
    Ok(StatusCode::NO_CONTENT)
}
