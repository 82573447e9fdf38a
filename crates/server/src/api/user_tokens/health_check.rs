//! `GET /common/HealthCheck`

use axum::Json;
use serde_json::json;

use super::wire::ApiResponse;

/// Say that the server serves.
#[utoipa::path(get, path = "/common/healthcheck", tag = "common", responses(
    (status = 200, description = "It serves", body = ApiResponse),
    (status = 400, description = "The Version header names another version", body = ApiResponse),
    (status = 431, description = "The head of the request is too large", body = ApiResponse),
    (status = 500, description = "A fault of ours", body = ApiResponse),
    (status = 503, description = "Try again shortly", body = ApiResponse),
))]
pub async fn health_check() -> Json<ApiResponse> {
    Json(ApiResponse::success(0, json!({})))
}
