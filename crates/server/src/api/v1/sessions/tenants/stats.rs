//! `GET /api/v1/tenants/{tenant_id}/sessions/stats`

use axum::Json;
use axum::extract::State;

use crate::api::v1::V1;
use crate::api::v1::caller::Administrator;
use crate::api::v1::decode::PathIds;
use crate::api::v1::envelope::{ApiResponse, ErrorResponse};
use crate::api::v1::error::V1Error;
use crate::api::v1::sessions::wire::{CountedSessions, SessionStats};

/// Count the sessions of a tenant.
#[utoipa::path(get, path = "/api/v1/tenants/{tenant_id}/sessions/stats", operation_id = "tenants_stats", tag = "tenants",
    params(("tenant_id" = String, Path, description = "`tnt_…`")),
    responses(
        (status = 200, description = "Numbers that agree with the lists of the same moment", body = CountedSessions),
        (status = 401, description = "The access token is missing or not valid", body = ErrorResponse),
        (status = 403, description = "Neither role nor scope reach the sessions of others", body = ErrorResponse),
        (status = 404, description = "No such thing within reach", body = ErrorResponse),
        (status = 503, description = "Try again shortly", body = ErrorResponse),
    ),
    security(("accessToken" = []))
)]
pub async fn stats(State(surface): State<V1>, caller: Administrator, ids: PathIds) -> Result<Json<ApiResponse<SessionStats>>, V1Error> {
    let tenant = ids.tenant()?;
    let counted = surface.engine.session_statistics_of(&caller.admin, tenant).await??;
    Ok(Json(ApiResponse { data: counted.into(), meta: caller.meta }))
}
