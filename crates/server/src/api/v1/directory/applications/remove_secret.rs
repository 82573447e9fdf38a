//! `DELETE /api/v1/admin/applications/{application_id}/secrets/{secret_id}`

use axum::extract::State;
use axum::http::StatusCode;

use crate::api::v1::V1;
use crate::api::v1::decode::PathIds;
use crate::api::v1::directory::caller::Changer;
use crate::api::v1::error::V1Error;

/// Remove a secret: from then on it opens nothing.
#[utoipa::path(delete, path = "/api/v1/admin/applications/{application_id}/secrets/{secret_id}", operation_id = "applications_remove_secret", tag = "applications",
    params(("application_id" = String, Path, description = "`app_…`"),
        ("secret_id" = String, Path, description = "`csc_…`")),
    responses((status = 204, description = "Done")),
    security(("accessToken" = []))
)]
pub async fn remove_secret(State(surface): State<V1>, caller: Changer, ids: PathIds) -> Result<StatusCode, V1Error> {
    let (application, secret) = (ids.application()?, ids.client_secret()?);
    let (engine, admin, origin) = (surface.engine.clone(), caller.admin, caller.origin);
    surface.detached.run(async move { engine.remove_client_secret(&admin, application, secret, &origin).await }).await???;
    Ok(StatusCode::NO_CONTENT)
}
