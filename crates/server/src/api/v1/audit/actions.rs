//! `GET /api/v1/admin/audit/actions`

use axum::Json;
use cloakroom_engine::audit::Action;

use super::wire::AuditWords;
use crate::api::v1::caller::Administrator;
use crate::api::v1::envelope::{ApiResponse, ErrorResponse};

/// Everything that the trail may say happened.
#[utoipa::path(get, path = "/api/v1/admin/audit/actions", operation_id = "audit_actions", tag = "audit",
    responses(
        (status = 200, description = "Every one", body = AuditWords),
        (status = 401, description = "The access token is missing or not valid", body = ErrorResponse),
        (status = 403, description = "The role does not reach that far", body = ErrorResponse),
        (status = 431, description = "The head of the request is too large", body = ErrorResponse),
        (status = 500, description = "A fault of ours", body = ErrorResponse),
        (status = 503, description = "Try again shortly", body = ErrorResponse),
    ),
    security(("accessToken" = []))
)]
pub async fn actions(caller: Administrator) -> Json<ApiResponse<Vec<&'static str>>> {
    Json(ApiResponse { data: Action::ALL.iter().map(|word| word.as_str()).collect(), meta: caller.meta })
}
