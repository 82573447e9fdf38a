//! `PATCH /api/v1/admin/tenants/{tenant_id}`

use axum::Json;
use axum::extract::State;

use super::wire::{ChangeTenantRequest, OneTenant, TenantResponse, tenant_change};
use crate::api::v1::V1;
use crate::api::v1::decode::{JsonBody, PathIds};
use crate::api::v1::directory::caller::Changer;
use crate::api::v1::envelope::ApiResponse;
use crate::api::v1::error::V1Error;

/// Change what is named of a tenant; what is not named stays.
#[utoipa::path(patch, path = "/api/v1/admin/tenants/{tenant_id}", operation_id = "tenants_change", tag = "tenants",
    params(("tenant_id" = String, Path, description = "`tnt_…`")),
    request_body = ChangeTenantRequest,
    responses((status = 200, description = "What it is now", body = OneTenant)),
    security(("accessToken" = []))
)]
pub async fn change(
    State(surface): State<V1>,
    caller: Changer,
    ids: PathIds,
    JsonBody(fields): JsonBody,
) -> Result<Json<ApiResponse<TenantResponse>>, V1Error> {
    let (change, tenant) = (tenant_change(fields)?, ids.tenant()?);
    let (engine, admin, origin) = (surface.engine.clone(), caller.admin, caller.origin);
    let changed = surface.detached.run(async move { engine.change_tenant(&admin, tenant, change, &origin).await }).await???;
    Ok(Json(ApiResponse { data: TenantResponse::of(&changed), meta: caller.meta }))
}
