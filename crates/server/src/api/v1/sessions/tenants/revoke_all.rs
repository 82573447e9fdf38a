//! `POST /api/v1/tenants/{tenant_id}/sessions/revoke-all`

use axum::Json;
use axum::extract::State;
use cloakroom_engine::sessions::admin::end_tenant::RevocationTarget;

use crate::api::v1::V1;
use crate::api::v1::caller::Ender;
use crate::api::v1::decode::PathIds;
use crate::api::v1::envelope::{ApiResponse, ErrorResponse};
use crate::api::v1::error::V1Error;
use crate::api::v1::sessions::wire::{RevokedSessions, SessionRevokeResponse};

/// End every session of a tenant, the caller's own included.
#[utoipa::path(post, path = "/api/v1/tenants/{tenant_id}/sessions/revoke-all", operation_id = "tenants_revoke_all", tag = "tenants",
    params(("tenant_id" = String, Path, description = "`tnt_…`")),
    responses(
        (status = 200, description = "What was ended", body = RevokedSessions),
        (status = 401, description = "The access token is missing or not valid", body = ErrorResponse),
        (status = 403, description = "Neither role nor scope reach the sessions of others", body = ErrorResponse),
        (status = 404, description = "No such thing within reach", body = ErrorResponse),
        (status = 503, description = "Try again shortly", body = ErrorResponse),
    ),
    security(("accessToken" = []))
)]
pub async fn revoke_all(
    State(surface): State<V1>,
    caller: Ender,
    ids: PathIds,
) -> Result<Json<ApiResponse<SessionRevokeResponse>>, V1Error> {
    let target = RevocationTarget::Tenant(ids.tenant()?);
    let (engine, admin, origin) = (surface.engine.clone(), caller.admin, caller.origin);
    let revoked = surface.detached.run(async move { engine.revoke_sessions(&admin, target, &origin).await }).await???;
    Ok(Json(ApiResponse { data: revoked.into(), meta: caller.meta }))
}
