//! `POST /api/v1/tenants/{tenant_id}/sessions/users/{user_id}/revoke`

use axum::Json;
use axum::extract::State;
use cloakroom_engine::ids::SessionUid;
use cloakroom_engine::sessions::admin::end::SessionChoice;

use crate::api::v1::V1;
use crate::api::v1::caller::Ender;
use crate::api::v1::decode::{JsonBody, PathIds};
use crate::api::v1::envelope::{ApiResponse, ErrorResponse, HTTPValidationError};
use crate::api::v1::error::V1Error;
use crate::api::v1::sessions::wire::{RevokedSessions, SessionRevokeRequest, SessionRevokeResponse};

/// End chosen sessions of a user within a tenant, or all of them.
#[utoipa::path(post, path = "/api/v1/tenants/{tenant_id}/sessions/users/{user_id}/revoke", operation_id = "tenants_revoke_of_user", tag = "tenants",
    params(("tenant_id" = String, Path, description = "`tnt_…`"),
        ("user_id" = String, Path, description = "`usr_…`")),
    request_body = SessionRevokeRequest,
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
pub async fn revoke_of_user(
    State(surface): State<V1>,
    caller: Ender,
    ids: PathIds,
    JsonBody(mut fields): JsonBody,
) -> Result<Json<ApiResponse<SessionRevokeResponse>>, V1Error> {
    let chosen = fields.optional_text_list("session_ids", 10_000, 256).unwrap_or_default();
    let all = fields.optional_bool("revoke_all").unwrap_or(false);
    let except_current = fields.optional_bool("except_current").unwrap_or(true);
    fields.finish()?;
    if chosen.is_empty() && !all {
        return Err(V1Error::nothing_meant("One of session_ids and revoke_all is required"));
    }
    let user_within = (ids.user()?, Some(ids.tenant()?));
    let only = (!all).then(|| chosen.iter().filter_map(|id| SessionUid::parse(id)).collect());
    let (engine, admin, origin) = (surface.engine.clone(), caller.admin, caller.origin);
    let choice = SessionChoice { only, except_current };
    let end = async move { engine.end_sessions_of_user_as(&admin, user_within, choice, &origin).await };
    let revoked = surface.detached.run(end).await???;
    Ok(Json(ApiResponse { data: revoked.into(), meta: caller.meta }))
}
