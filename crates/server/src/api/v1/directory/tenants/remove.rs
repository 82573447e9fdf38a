//! `DELETE /api/v1/admin/tenants/{tenant_id}`

use axum::extract::State;
use axum::http::StatusCode;

use crate::api::v1::V1;
use crate::api::v1::decode::PathIds;
use crate::api::v1::directory::caller::Changer;
use crate::api::v1::error::V1Error;

/// Doom a tenant, which ends every session under it. Its code stays taken.
#[utoipa::path(delete, path = "/api/v1/admin/tenants/{tenant_id}", operation_id = "tenants_remove", tag = "tenants",
    params(("tenant_id" = String, Path, description = "`tnt_…`")),
    responses((status = 204, description = "Done")),
    security(("accessToken" = []))
)]
pub async fn remove(State(surface): State<V1>, caller: Changer, ids: PathIds) -> Result<StatusCode, V1Error> {
    let tenant = ids.tenant()?;
    let (engine, admin, origin) = (surface.engine.clone(), caller.admin, caller.origin);
    surface.detached.run(async move { engine.doom_tenant(&admin, tenant, &origin).await }).await???;
    Ok(StatusCode::NO_CONTENT)
}
