//! `GET /api/v1/tenants/{tenant_id}/sessions/{session_id}`

use axum::Json;
use axum::extract::State;

use crate::api::v1::V1;
use crate::api::v1::caller::Administrator;
use crate::api::v1::decode::PathIds;
use crate::api::v1::envelope::{ApiResponse, ErrorResponse};
use crate::api::v1::error::V1Error;
use crate::api::v1::sessions::wire::{OneSession, SessionResponse};

/// Look at one session of the tenant, live or ended.
#[utoipa::path(get, path = "/api/v1/tenants/{tenant_id}/sessions/{session_id}", operation_id = "tenants_get", tag = "tenants",
    params(("tenant_id" = String, Path, description = "`tnt_…`"),
        ("session_id" = String, Path, description = "`ses_…`")),
    responses(
        (status = 200, description = "The session", body = OneSession),
        (status = 401, description = "The access token is missing or not valid", body = ErrorResponse),
        (status = 403, description = "Neither role nor scope reach the sessions of others", body = ErrorResponse),
        (status = 404, description = "No such thing within reach", body = ErrorResponse),
        (status = 503, description = "Try again shortly", body = ErrorResponse),
    ),
    security(("accessToken" = []))
)]
pub async fn get(State(surface): State<V1>, caller: Administrator, ids: PathIds) -> Result<Json<ApiResponse<SessionResponse>>, V1Error> {
    let (tenant, session) = (ids.tenant()?, ids.session()?);
    let shown = surface.engine.session_of(&caller.admin, Some(tenant), session).await??;
    let data = SessionResponse::of(&shown, caller.admin.session());
    Ok(Json(ApiResponse { data, meta: caller.meta }))
}
