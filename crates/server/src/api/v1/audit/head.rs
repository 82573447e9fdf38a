//! `GET /api/v1/admin/audit/head`

use axum::Json;
use axum::extract::State;
use cloakroom_engine::callers::Reach;

use super::wire::{AuditChainHead, AuditHead};
use crate::api::v1::V1;
use crate::api::v1::caller::Administrator;
use crate::api::v1::envelope::{ApiResponse, ErrorResponse};
use crate::api::v1::error::V1Error;

/// The end of the chain, for noting it where this server's operator cannot reach. For super administrators.
#[utoipa::path(get, path = "/api/v1/admin/audit/head", operation_id = "audit_head", tag = "audit",
    responses(
        (status = 200, description = "The last link", body = AuditChainHead),
        (status = 401, description = "The access token is missing or not valid", body = ErrorResponse),
        (status = 403, description = "The role does not reach that far", body = ErrorResponse),
        (status = 431, description = "The head of the request is too large", body = ErrorResponse),
        (status = 500, description = "A fault of ours", body = ErrorResponse),
        (status = 503, description = "Try again shortly", body = ErrorResponse),
    ),
    security(("accessToken" = []))
)]
pub async fn head(State(surface): State<V1>, caller: Administrator) -> Result<Json<ApiResponse<Option<AuditHead>>>, V1Error> {
    if caller.admin.reach() != Reach::Everything {
        return Err(V1Error::FORBIDDEN);
    }
    let head = surface.engine.audit_head().await?;
    Ok(Json(ApiResponse { data: head.map(AuditHead::from), meta: caller.meta }))
}
