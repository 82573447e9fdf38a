//! `GET /common/HealthCheck`

use axum::Json;
use serde_json::json;

use super::wire::ApiResponse;

/// Say that the server serves.
#[utoipa::path(get, path = "/common/healthcheck", tag = "common", responses(
    (status = 200, description = "It serves", body = ApiResponse),
))]
pub async fn health_check() -> Json<ApiResponse> {
    Json(ApiResponse::success(0, json!({})))
}
