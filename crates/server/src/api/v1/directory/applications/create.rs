//! `POST /api/v1/admin/applications/`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::wire::{CreatedApplication, CreatedApplicationResponse, NewApplicationRequest, new_application};
use crate::api::v1::V1;
use crate::api::v1::decode::JsonBody;
use crate::api::v1::directory::caller::Changer;
use crate::api::v1::envelope::ApiResponse;
use crate::api::v1::error::V1Error;

/// Create an application with one secret, which is told now and never again.
#[utoipa::path(post, path = "/api/v1/admin/applications/", operation_id = "applications_create", tag = "applications",
    request_body = NewApplicationRequest,
    responses((status = 201, description = "What was created", body = CreatedApplication)),
    security(("accessToken" = []))
)]
pub async fn create(
    State(surface): State<V1>,
    caller: Changer,
    JsonBody(fields): JsonBody,
) -> Result<(StatusCode, Json<ApiResponse<CreatedApplicationResponse>>), V1Error> {
    let new = new_application(fields)?;
    let (engine, admin, origin) = (surface.engine.clone(), caller.admin, caller.origin);
    let created = surface.detached.run(async move { engine.create_application(&admin, new, &origin).await }).await???;
    Ok((StatusCode::CREATED, Json(ApiResponse { data: CreatedApplicationResponse::of(&created.0, &created.1), meta: caller.meta })))
}
