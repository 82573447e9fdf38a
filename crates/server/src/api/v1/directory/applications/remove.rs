//! `DELETE /api/v1/admin/applications/{application_id}`

use axum::extract::State;
use axum::http::StatusCode;

use crate::api::v1::V1;
use crate::api::v1::decode::PathIds;
use crate::api::v1::directory::caller::Changer;
use crate::api::v1::error::V1Error;

/// Disable an application and remove its secrets. Its client_id stays taken.
#[utoipa::path(delete, path = "/api/v1/admin/applications/{application_id}", operation_id = "applications_remove", tag = "applications",
    params(("application_id" = String, Path, description = "`app_…`")),
    responses((status = 204, description = "Done")),
    security(("accessToken" = []))
)]
pub async fn remove(State(surface): State<V1>, caller: Changer, ids: PathIds) -> Result<StatusCode, V1Error> {
    let application = ids.application()?;
    let (engine, admin, origin) = (surface.engine.clone(), caller.admin, caller.origin);
    surface.detached.run(async move { engine.retire_application(&admin, application, &origin).await }).await???;
    Ok(StatusCode::NO_CONTENT)
}
