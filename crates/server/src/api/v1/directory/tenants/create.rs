//! `POST /api/v1/admin/tenants/`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::wire::{NewTenantRequest, OneTenant, TenantResponse, new_tenant};
use crate::api::v1::V1;
use crate::api::v1::decode::JsonBody;
use crate::api::v1::directory::caller::Changer;
use crate::api::v1::envelope::ApiResponse;
use crate::api::v1::error::V1Error;

/// Create a tenant.
#[utoipa::path(post, path = "/api/v1/admin/tenants/", operation_id = "tenants_create", tag = "tenants",
    request_body = NewTenantRequest,
    responses((status = 201, description = "What was created", body = OneTenant)),
    security(("accessToken" = []))
)]
pub async fn create(
    State(surface): State<V1>,
    caller: Changer,
    JsonBody(fields): JsonBody,
) -> Result<(StatusCode, Json<ApiResponse<TenantResponse>>), V1Error> {
    let new = new_tenant(fields)?;
    let (engine, admin, origin) = (surface.engine.clone(), caller.admin, caller.origin);
    let created = surface.detached.run(async move { engine.create_tenant(&admin, new, &origin).await }).await???;
    Ok((StatusCode::CREATED, Json(ApiResponse { data: TenantResponse::of(&created), meta: caller.meta })))
}
