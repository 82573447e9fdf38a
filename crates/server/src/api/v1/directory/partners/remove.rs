//! `DELETE /api/v1/admin/partners/{partner_id}`

use axum::extract::State;
use axum::http::StatusCode;

use crate::api::v1::V1;
use crate::api::v1::decode::PathIds;
use crate::api::v1::directory::caller::Changer;
use crate::api::v1::error::V1Error;

/// Take a partner away under which no tenant is left. Its code stays taken.
#[utoipa::path(delete, path = "/api/v1/admin/partners/{partner_id}", operation_id = "partners_remove", tag = "partners",
    params(("partner_id" = String, Path, description = "`prt_…`")),
    responses((status = 204, description = "Done")),
    security(("accessToken" = []))
)]
pub async fn remove(State(surface): State<V1>, caller: Changer, ids: PathIds) -> Result<StatusCode, V1Error> {
    let partner = ids.partner()?;
    let (engine, admin, origin) = (surface.engine.clone(), caller.admin, caller.origin);
    surface.detached.run(async move { engine.doom_partner(&admin, partner, &origin).await }).await???;
    Ok(StatusCode::NO_CONTENT)
}
