//! `GET /api/v1/admin/tenants/{tenant_id}`

use axum::Json;
use axum::extract::State;

use super::wire::{OneTenant, TenantResponse};
use crate::api::v1::V1;
use crate::api::v1::decode::PathIds;
use crate::api::v1::directory::caller::Reader;
use crate::api::v1::envelope::ApiResponse;
use crate::api::v1::error::V1Error;

/// Look at one tenant within reach.
#[utoipa::path(get, path = "/api/v1/admin/tenants/{tenant_id}", operation_id = "tenants_get", tag = "tenants",
    params(("tenant_id" = String, Path, description = "`tnt_…`")),
    responses((status = 200, description = "The tenant", body = OneTenant)),
    security(("accessToken" = []))
)]
pub async fn get(State(surface): State<V1>, caller: Reader, ids: PathIds) -> Result<Json<ApiResponse<TenantResponse>>, V1Error> {
    let found = surface.engine.tenant(&caller.reader, ids.tenant()?).await??;
    Ok(Json(ApiResponse { data: TenantResponse::of(&found), meta: caller.meta }))
}
