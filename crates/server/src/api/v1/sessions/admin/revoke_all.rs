//! `POST /api/v1/admin/sessions/revoke-all`

use axum::Json;
use axum::extract::State;
use cloakroom_engine::ids::{TenantUid, UserUid};
use cloakroom_engine::sessions::admin::end_tenant::RevocationTarget;

use crate::api::v1::V1;
use crate::api::v1::caller::Ender;
use crate::api::v1::decode::{JsonBody, named};
use crate::api::v1::envelope::{ApiResponse, ErrorResponse, HTTPValidationError};
use crate::api::v1::error::V1Error;
use crate::api::v1::sessions::wire::{AdminRevokeRequest, RevokedSessions, SessionRevokeResponse};

/// End all sessions of a user, of a tenant, or of a user within a tenant.
#[utoipa::path(post, path = "/api/v1/admin/sessions/revoke-all", operation_id = "admin_revoke_all", tag = "administration",
    request_body = AdminRevokeRequest,
    responses(
        (status = 200, description = "What was ended", body = RevokedSessions),
        (status = 401, description = "The access token is missing or not valid", body = ErrorResponse),
        (status = 403, description = "Neither role nor scope reach the sessions of others", body = ErrorResponse),
        (status = 404, description = "No such thing within reach", body = ErrorResponse),
        (status = 422, description = "Some value is missing or wrong", body = HTTPValidationError),
        (status = 503, description = "Try again shortly", body = ErrorResponse),
    ),
    security(("accessToken" = []))
)]
pub async fn revoke_all(
    State(surface): State<V1>,
    caller: Ender,
    JsonBody(mut fields): JsonBody,
) -> Result<Json<ApiResponse<SessionRevokeResponse>>, V1Error> {
    let (user, tenant) = (fields.optional_text("user_id", 256), fields.optional_text("tenant_id", 256));
    fields.finish()?;
    let target = match (named(user, UserUid::parse)?, named(tenant, TenantUid::parse)?) {
        (Some(user), Some(tenant)) => RevocationTarget::UserWithin(user, tenant),
        (Some(user), None) => RevocationTarget::User(user),
        (None, Some(tenant)) => RevocationTarget::Tenant(tenant),
        (None, None) => return Err(V1Error::nothing_meant("One of user_id and tenant_id is required")),
    };
    let (engine, admin, origin) = (surface.engine.clone(), caller.admin, caller.origin);
    let revoked = surface.detached.run(async move { engine.revoke_sessions(&admin, target, &origin).await }).await???;
    Ok(Json(ApiResponse { data: revoked.into(), meta: caller.meta }))
}
